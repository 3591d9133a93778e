namespace Slipway.Pipeline.Tests.Plans;

public sealed class RegularisationTests
{
    private const string Section = "regularisation:\n  count: 6\n  prompts: { beach: boat on a beach }\ndatasets:\n  class: { source: regularisation }\n";

    [Fact]
    public void Pictures_of_the_class_count_as_such_without_being_told()
    {
        var plan = PlanFile.Load("datasets:\n", Section);
        Assert.True(plan.Datasets[0].IsReg);
        Assert.Equal((6, "boat on a beach"), (plan.Regularisation!.Count, plan.Regularisation.Prompts[0].Prompt));
    }

    // As many uses of them as of the others; whole repeats, so that there may be some more.
    [Theory]
    [InlineData(160, 1, 320)]
    [InlineData(160, 7, 320)]
    [InlineData(5, 3, 5 + 6)]
    [InlineData(5, 1, 10)]
    public void An_epoch_has_as_many_of_them(int repeats, int classRepeats, int uses)
    {
        var text = PlanFile.Good
            .Replace("datasets:\n", Section.Replace("regularisation }", $"regularisation, num_repeats: {classRepeats} }}", StringComparison.Ordinal), StringComparison.Ordinal)
            .Replace("num_repeats: 160", $"num_repeats: {repeats}", StringComparison.Ordinal)
            .Replace("dataset: white", "dataset: [white, class]", StringComparison.Ordinal)
            .Replace("max_train_steps: 400", "max_train_epochs: 1", StringComparison.Ordinal);
        Assert.Equal(uses, PlanFile.LoadText(text).Version("v01").OptimizerSteps(composites: 100, regularisation: 6));
    }

    [Theory]
    [InlineData("white:", "class: { source: regularisation }\n  white:", "give the plan a section `regularisation`")]
    [InlineData("datasets:\n", "regularisation: { prompts: { a: b } }\ndatasets:\n  class: { source: regularisation, caption: boat }\n", "is each picture's own prompt here")]
    [InlineData("source: composites", "source: composites, is_reg: true", "these show the sprite")]
    public void What_cannot_be_is_said(string find, string replace, string problem) =>
        Assert.Contains(PlanFile.Problems(find, replace), found => found.Contains(problem, StringComparison.Ordinal));

    [Fact]
    public void A_profile_takes_what_it_does_not_say_from_the_one_that_it_inherits()
    {
        var text = PlanFile.Good.Replace("profiles:\n", "profiles:\n  small: { inherits: tiny, resolution: 32, backgrounds: { count: 7 } }\n", StringComparison.Ordinal);
        var (small, tiny) = (PlanFile.LoadText(text, "small"), PlanFile.LoadText(text));
        Assert.Equal((32, "base", 7), (small.Resolution, small.BaseModel, small.Backgrounds.Count));
        Assert.Equal((64, 100), (tiny.Resolution, tiny.Backgrounds.Count));
    }

    [Theory]
    [InlineData("inherits: big")]
    [InlineData("inherits: tiny")]
    [InlineData("inherits: [a]")]
    public void A_profile_inherits_from_another_that_is_there(string inherits) =>
        Assert.Contains(PlanFile.Problems("tiny: { base_model", $"tiny: {{ {inherits}, base_model"), found => found.Contains("`profiles.tiny.inherits` must be the name of another profile", StringComparison.Ordinal));
}
