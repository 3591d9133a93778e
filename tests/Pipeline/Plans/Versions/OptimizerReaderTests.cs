using Slipway.Training.Options;

namespace Slipway.Pipeline.Tests.Plans.Versions;

public sealed class OptimizerReaderTests
{
    [Fact]
    public void Optimizer_arguments_and_ratios_reach_the_training()
    {
        var plan = PlanFile.Load("    lr_scheduler: cosine", "    optimizer_type: lion\n    optimizer_args: [\"betas=0.95,0.98\", weight_decay=0.1]\n    loraplus_unet_lr_ratio: 16");
        var (version, key) = (plan.Version("v03"), TrainingKey.Of(plan, "v03"));

        Assert.Equal("Lion", version.Training.Optimizer.OptimizerType);
        Assert.Equal(["betas=0.95,0.98", "weight_decay=0.1"], version.Training.Optimizer.OptimizerArgs);
        Assert.Equal(new LoraPlusOptions { LoraplusUnetLrRatio = 16 }, version.Training.LoraPlus);
        Assert.Equal(("Lion", "betas=0.95,0.98, weight_decay=0.1", "16"), (key["optimizer_type"], key["optimizer_args"], key["loraplus_unet_lr_ratio"]));
    }

    [Fact]
    public void The_tail_of_a_schedule_reaches_the_training() =>
        Assert.Equal(new LrTail { LrDecaySteps = 0.25, LrSchedulerMinLrRatio = 0.1, LrSchedulerTimescale = 50 }, PlanFile.Load("    lr_scheduler: cosine", "    lr_scheduler: warmup_stable_decay\n    lr_decay_steps: 0.25\n    lr_scheduler_min_lr_ratio: 0.1\n    lr_scheduler_timescale: 50").Version("v02").Training.LrTail);

    [Fact]
    public void Without_them_AdamW_trains_and_the_fingerprint_is_as_it_was()
    {
        var plan = PlanFile.Load("    lr_scheduler: cosine", "    weight_decay: 0.02\n    adam_beta2: 0.99");
        var version = plan.Version("v02");

        Assert.Equal(("AdamW", new AdamWOptions { WeightDecay = 0.02, AdamBeta2 = 0.99 }), (version.Training.Optimizer.OptimizerType, version.Training.Optimizer.AdamW));
        Assert.DoesNotContain(TrainingKey.Of(plan, "v02").Keys, role => role.StartsWith("optimizer", StringComparison.Ordinal) || role.StartsWith("loraplus", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("optimizer_type: Lion8bit", "optimizer_type", "use Lion.")]
    [InlineData("optimizer_type: Lion\n    optimizer_args: [beta=0.9]", "optimizer_args", "'beta' is no argument of Lion; did you mean `betas`?")]
    [InlineData("optimizer_type: Prodigy\n    weight_decay: 0.1", "weight_decay", "is AdamW's; for Prodigy give it in `optimizer_args`")]
    [InlineData("optimizer_type: Prodigy\n    unet_lr: 1\n    text_encoder_lr: 0.5", "optimizer_type", "one learning rate for all")]
    [InlineData("optimizer_type: AdamWScheduleFree\n    lr_scheduler: cosine", "lr_scheduler", "use constant without lr_warmup_steps")]
    [InlineData("lr_scheduler: warmup_stable_decay", "lr_decay_steps", "needs the number of steps")]
    [InlineData("loraplus_lr_ratio: 0", "loraplus_lr_ratio", "must be a number from 1E-06")]
    public void What_cannot_be_is_said_where_it_stands(string text, string key, string message)
    {
        var problem = Assert.Single(PlanFile.Problems("    lr_scheduler: cosine\n  v03:\n    inherits: v02", $"    {text}\n  v03:\n    inherits: v01"));
        Assert.Contains("versions.v02." + key, problem, StringComparison.Ordinal);
        Assert.Contains(message, problem, StringComparison.Ordinal);
    }
}
