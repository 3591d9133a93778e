using System.Text.Json;
using Slipway.Training.Options;
using Slipway.Training.Schedules;

namespace Slipway.Training.Tests.Schedules;

public sealed class LrScheduleTests
{
    private const int Steps = 800;
    private const double BaseRate = 1e-4;

    public static TheoryData<string, string, double, int, double> Curves => new()
    {
        { "constant_w0_cyc1_pow1.0", "constant", 0, 1, 1 },
        { "constant_with_warmup_w0_cyc1_pow1.0", "constant_with_warmup", 0, 1, 1 },
        { "constant_with_warmup_w80_cyc1_pow1.0", "constant_with_warmup", 80, 1, 1 },
        { "linear_w0_cyc1_pow1.0", "linear", 0, 1, 1 },
        { "linear_w80_cyc1_pow1.0", "linear", 80, 1, 1 },
        { "cosine_w0_cyc1_pow1.0", "cosine", 0, 1, 1 },
        { "cosine_w80_cyc1_pow1.0", "cosine", 80, 1, 1 },
        { "cosine_warmup_ratio0.1", "cosine", 0.1, 1, 1 },
        { "cosine_with_restarts_w0_cyc1_pow1.0", "cosine_with_restarts", 0, 1, 1 },
        { "cosine_with_restarts_w0_cyc3_pow1.0", "cosine_with_restarts", 0, 3, 1 },
        { "cosine_with_restarts_w80_cyc1_pow1.0", "cosine_with_restarts", 80, 1, 1 },
        { "cosine_with_restarts_w80_cyc3_pow1.0", "cosine_with_restarts", 80, 3, 1 },
        { "polynomial_w0_cyc1_pow1.0", "polynomial", 0, 1, 1 },
        { "polynomial_w0_cyc1_pow2.0", "polynomial", 0, 1, 2 },
        { "polynomial_w80_cyc1_pow1.0", "polynomial", 80, 1, 1 },
        { "polynomial_w80_cyc1_pow2.0", "polynomial", 80, 1, 2 },
        { "cosine_with_min_lr_w80_ratio0.1", "cosine_with_min_lr", 80, 1, 1 },
        { "warmup_stable_decay_w80_d200", "warmup_stable_decay", 80, 1, 1 },
        { "inverse_sqrt_w80", "inverse_sqrt", 80, 1, 1 },
    };

    [Theory]
    [MemberData(nameof(Curves))]
    public void Follows_the_reference(string curve, string name, double warmup, int cycles, double power)
    {
        using var golden = JsonDocument.Parse(File.ReadAllText(Golden.Path("lr.json")));
        var schedule = new LrSchedule(name, Steps, warmup, cycles, power, new LrTail { LrDecaySteps = 200, LrSchedulerMinLrRatio = 0.1 });
        var steps = golden.RootElement.GetProperty("steps").EnumerateArray().Select(s => s.GetInt32());
        var rates = golden.RootElement.GetProperty("curves").GetProperty(curve).EnumerateArray().Select(r => r.GetDouble());
        Assert.All(steps.Zip(rates), pair => Assert.InRange(Math.Abs(schedule.Rate(pair.First, BaseRate) - pair.Second), 0, 1e-12 * pair.Second));
    }

    [Fact]
    public void Every_curve_of_the_reference_is_tested()
    {
        using var golden = JsonDocument.Parse(File.ReadAllText(Golden.Path("lr.json")));
        Assert.Equal(golden.RootElement.GetProperty("curves").EnumerateObject().Count(), Curves.Count);
    }

    [Fact]
    public void The_first_step_of_a_warmup_has_rate_zero() =>
        Assert.Equal(0, new LrSchedule("cosine", Steps, 10).Rate(0, BaseRate));

    [Fact]
    public void A_share_of_all_steps_may_come_down_and_without_a_warmup_the_inverse_root_has_ten_thousand()
    {
        var decay = new LrSchedule("warmup_stable_decay", Steps, tail: new LrTail { LrDecaySteps = 0.25 });
        Assert.Equal((1, 0.5), (decay.Rate(600, 1), Math.Round(decay.Rate(700, 1), 12)));
        Assert.Equal(1 / Math.Sqrt(1.07), new LrSchedule("inverse_sqrt", Steps).Rate(700, 1), 1e-12);
        Assert.Equal(1 / Math.Sqrt(8), new LrSchedule("inverse_sqrt", Steps, tail: new LrTail { LrSchedulerTimescale = 100 }).Rate(700, 1), 1e-12);
        Assert.Contains("lr_decay_steps: 0 with", Assert.Throws<ArgumentException>(() => new LrSchedule("warmup_stable_decay", Steps, 10)).Message, StringComparison.Ordinal);
    }

    /// <summary>
    /// What PyTorch 1.13's <c>PolynomialLR(total_iters=100, power)</c> gives at a rate of 1e-4 after 0, 1, 25, 50, 90, 99 and 100 steps. It ends at 0, and
    /// the schedule here at 1e-7 as Hugging Face's does: between the two lies never more.
    /// </summary>
    [Theory]
    [InlineData(2, new[] { 1e-4, 9.801e-05, 5.625e-05, 2.5e-05, 1e-06, 1e-08, 0 })]
    [InlineData(0.5, new[] { 1e-4, 9.9498743710662e-05, 8.660254037844388e-05, 7.071067811865475e-05, 3.162277660168381e-05, 1e-05, 0 })]
    [InlineData(1, new[] { 1e-4, 9.9e-05, 7.5e-05, 5e-05, 1e-05, 1e-06, 0 })]
    public void A_polynomial_is_PyTorch_s_but_for_its_end(double power, double[] expected)
    {
        var schedule = new LrSchedule("polynomial", 100, power: power);
        foreach (var (step, rate) in new[] { 0, 1, 25, 50, 90, 99, 100 }.Zip(expected))
            Assert.Equal(rate + (1e-7 * (1 - (rate / BaseRate))), schedule.Rate(step, BaseRate), 1e-18);
    }

    [Theory]
    [InlineData("cosin", 0, "lr_scheduler: 'cosin' is not known; use one of constant")]
    [InlineData("constant", 80, "use lr_scheduler constant_with_warmup")]
    [InlineData("cosine", 2.5, "lr_warmup_steps: 2.5 is neither")]
    [InlineData("cosine", 801, "lr_warmup_steps: 801 is more than the 800 steps")]
    public void A_value_that_cannot_be_is_an_error(string name, double warmup, string message) =>
        Assert.Contains(message, Assert.Throws<ArgumentException>(() => new LrSchedule(name, Steps, warmup)).Message, StringComparison.Ordinal);
}
