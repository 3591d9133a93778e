using Slipway.Training.Options;

namespace Slipway.Training.Tests.Options;

public sealed class OptimizerOptionsTests
{
    [Theory]
    [InlineData("AdamW4bit", "'AdamW4bit' needs bitsandbytes (8-bit or paged states, CUDA alone); a LoRA's states are small, and here they are kept in float32; use AdamW.")]
    [InlineData("PagedAdamW8bit", "; use AdamW8bit.")]
    [InlineData("PagedAdamW32bit", "; use AdamW.")]
    [InlineData("Lion8bit", "; use Lion.")]
    [InlineData("PagedLion8bit", "; use Lion.")]
    [InlineData("SGDNesterov8bit", "; use SGDNesterov.")]
    [InlineData("bitsandbytes.optim.AdEMAMix8bit", "; use AdamW.")]
    [InlineData("DAdaptLion", "'DAdaptLion' is not known; use Prodigy.")]
    [InlineData("RAdamScheduleFree", "; use AdamWScheduleFree.")]
    [InlineData("Sophia", "'Sophia' is not known; use one of AdamW, AdamW8bit, SGDNesterov, SGD, Lion, Adafactor, Prodigy, AdamWScheduleFree.")]
    public void Another_optimizer_is_refused_with_what_to_use(string type, string message) =>
        Assert.EndsWith(message, Assert.Single(OptimizerOptions.Declared.Problems(new() { OptimizerType = type })).ToString(), StringComparison.Ordinal);

    [Fact]
    public void All_arguments_that_cannot_be_are_named_at_once()
    {
        var options = new OptimizerOptions { OptimizerType = "Lion", OptimizerArgs = ["betas=0.9", "wieght_decay=1", "weight_decay", "betas=0.9,0.99"] };
        Assert.Equal(
        [
            "optimizer_args: 'weight_decay' is not key=value, such as weight_decay=0.01.",
            "optimizer_args: 'betas' comes twice; leave one out.",
            "optimizer_args: betas must be two numbers from 0 to 1, as in 0.9,0.99, but is '0.9'.",
            "optimizer_args: 'wieght_decay' is no argument of Lion; did you mean `weight_decay`?",
        ], OptimizerOptions.Declared.Problems(options).Select(problem => problem.ToString()));
    }

    [Theory]
    [InlineData("Adafactor", "warmup_init=True relative_step=False", "lr_warmup_steps")]
    [InlineData("SGD", "nesterov=True", "momentum above 0")]
    [InlineData("SGDNesterov", "dampening=0.5", "dampening=0")]
    [InlineData("Adafactor", "scale_parameter=yes", "must be True or False, but is 'yes'")]
    [InlineData("AdamW", "eps=1e999", "eps must be a number of 0 or more, but is '1e999'.")]
    [InlineData("AdamW", "weight_decay=0,01", "weight_decay must be a number of 0 or more, but is '0,01'; write 0.01, with a point.")]
    [InlineData("Prodigy", "d0=0", "d0 must be a number")]
    [InlineData("AdamWScheduleFree", "warmup_steps=0.5", "must be a whole number")]
    public void Constants_that_do_not_go_together_are_refused(string type, string arguments, string message) =>
        Assert.Contains(message, Assert.Single(OptimizerOptions.Declared.Problems(new() { OptimizerType = type, OptimizerArgs = arguments.Split(' ') })).What, StringComparison.Ordinal);

    [Theory]
    [InlineData("Prodigy", "cosine", 1.0, 0.5, "one learning rate for all")]
    [InlineData("AdamWScheduleFree", "cosine", 1e-3, 1e-3, "lr_scheduler: AdamWScheduleFree makes its own course")]
    [InlineData("Adafactor", "cosine", 1e-3, 1e-3, "optimizer_args relative_step=False")]
    public void Rates_that_an_optimizer_cannot_take_are_refused(string type, string scheduler, double unet, double text, string message)
    {
        var options = new TrainingOptions { Optimizer = new() { OptimizerType = type }, LrScheduler = scheduler, UnetLr = unet, TextEncoderLr = text, MaxTrainSteps = 1 };
        Assert.Contains(message, Assert.Throws<ArgumentException>(options.Validate).Message, StringComparison.Ordinal);
        (options with { LrScheduler = "constant", TextEncoderLr = 0 }).Validate();
    }

    [Fact]
    public void Arguments_of_AdamW_come_before_its_own_options()
    {
        var arguments = new OptimizerArguments(["betas=[.8, .9]", "eps=1e-6"], "AdamW");
        Assert.Equal(new AdamWOptions { AdamBeta1 = 0.8, AdamBeta2 = 0.9, AdamEps = 1e-6, WeightDecay = 0.3 }, new AdamWOptions { WeightDecay = 0.3 }.With(arguments));
        Assert.Equal(["betas", "eps", "weight_decay"], OptimizerOptions.ArgumentsOf("AdamW"));
    }
}
