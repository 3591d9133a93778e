using Slipway.Pipeline.Plans.Versions;
using Slipway.Pipeline.Plans.Yaml;
using Slipway.Training.Options;

namespace Slipway.Pipeline.Tests.Plans.Versions;

public sealed class MonitoringTests
{
    private const string Section = "name: boat\nvalidation: { count: 4 }";
    private const string Watched = "max_train_steps: 400\n    validate_every_n_steps: 20\n    early_stopping: { patience: 3, metric: val_background }";

    [Fact]
    public void What_is_not_given_gets_neither_into_the_plan_nor_into_the_fingerprint()
    {
        var plan = PlanFile.Load();
        Assert.Equal(new MonitoringPlan(null, null, null), plan.Version("v01").Monitoring);
        Assert.DoesNotContain(TrainingKey.Of(plan, "v01").Keys, role => role.Contains("valid", StringComparison.Ordinal) || role.Contains("sample", StringComparison.Ordinal) || role.Contains("early", StringComparison.Ordinal));
    }

    [Fact]
    public void Everything_that_is_given_gets_into_both()
    {
        var plan = Load(Watched + "\n    validation_timesteps: 8\n    validation_seed: 7\n    sample_every_n_epochs: 2");
        var version = plan.Version("v01");
        Assert.Equal(new ValidationOptions { ValidateEveryNSteps = 20, ValidationTimesteps = 8, ValidationSeed = 7 }, version.Monitoring.Validation);
        Assert.Equal(new EarlyStoppingOptions { Patience = 3, Metric = ValidationMetric.ValBackground }, version.Monitoring.EarlyStopping);
        Assert.Equal(new SampleInterval { SampleEveryNEpochs = 2 }, version.Monitoring.Samples);
        var key = TrainingKey.Of(plan, "v01");
        Assert.Equal(("20", "8", "7"), (key["watch.validation.validate_every_n_steps"], key["watch.validation.validation_timesteps"], key["watch.validation.validation_seed"]));
        Assert.Equal(("3", "val_background", "2"), (key["watch.early_stopping.patience"], key["watch.early_stopping.metric"], key["watch.sample_every.sample_every_n_epochs"]));
    }

    [Fact]
    public void Versions_inherit_it_and_can_take_it_away()
    {
        Assert.NotNull(Load(Watched).Version("v03").Monitoring.EarlyStopping);
        var without = Load(Watched, ("dataset: painted", "dataset: painted\n    early_stopping: null")).Version("v03");
        Assert.Null(without.Monitoring.EarlyStopping);
        Assert.NotNull(without.Monitoring.Validation);
    }

    [Fact]
    public void The_validation_s_backgrounds_are_others_of_the_same_kinds()
    {
        var plan = Load(Watched);
        Assert.Equal((4, plan.Backgrounds.Seed + 500_000), (plan.Validation!.Backgrounds.Count, plan.Validation.Backgrounds.Seed));
        Assert.Equal(plan.Backgrounds.Prompts, plan.Validation.Backgrounds.Prompts);
        Assert.NotEqual(plan.Composites.Seed, plan.Validation.Composites.Seed);
    }

    [Theory]
    [InlineData("{ count: 4, seed: 50 }", true)]
    [InlineData("{ count: 4, seed: 97 }", true)] // 97, 98, 99 and 100: the last of the training is 100
    [InlineData("{ count: 4, seed: 101 }", false)]
    public void A_background_on_both_sides_is_refused(string validation, bool overlaps)
    {
        string[] Problems() => [.. Assert.Throws<PlanException>(() => PlanFile.Load("name: boat", $"name: boat\nvalidation: {validation}")).Problems];
        if (overlaps)
            Assert.Contains("`validation.seed` gives a background of the training again: `sand and sea`", Assert.Single(Problems()), StringComparison.Ordinal);
        else
            Assert.NotNull(PlanFile.Load("name: boat", $"name: boat\nvalidation: {validation}").Validation);
    }

    [Theory]
    [InlineData("validate_every_n_steps: 20", "needs pictures to measure on")]
    [InlineData("early_stopping: { patience: 2 }", "needs measurements")]
    [InlineData("validation_timesteps: 2", "must be given where")]
    [InlineData("early_stopping: { patience: 0 }", "must be a whole number of 1 or more")]
    [InlineData("early_stopping: { patiense: 2 }", "did you mean `patience`?")]
    [InlineData("early_stopping: { metric: loss }", "must be one of val, val_subject, val_background")]
    [InlineData("sample_every_n_steps: 2\n    sample_every_n_epochs: 1", "cannot both be given")]
    public void What_cannot_be_is_said(string line, string problem) =>
        Assert.Contains(PlanFile.Problems("max_train_steps: 400", $"max_train_steps: 400\n    {line}"), found => found.Contains(problem, StringComparison.Ordinal));

    private static Slipway.Pipeline.Plans.Plan Load(string v01, (string Find, string Replace)? other = null)
    {
        var text = PlanFile.Good.Replace("name: boat\n", Section + "\n", StringComparison.Ordinal).Replace("max_train_steps: 400", v01, StringComparison.Ordinal);
        return PlanFile.LoadText(other is var (find, replace) ? text.Replace(find, replace, StringComparison.Ordinal) : text);
    }
}
