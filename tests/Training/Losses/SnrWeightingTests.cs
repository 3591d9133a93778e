using Slipway.Diffusion.Noise;
using Slipway.Training.Losses;
using Slipway.Training.Options;

namespace Slipway.Training.Tests.Losses;

public sealed class SnrWeightingTests : ScheduleNumbers
{
    private static readonly NoiseSchedule Velocity = new(new NoiseConfiguration { PredictionType = "v_prediction" });

    public static TheoryData<string, bool, SnrWeightingOptions> Columns => new()
    {
        { "train.min_snr5_eps", false, new() { MinSnrGamma = 5 } },
        { "train.min_snr5_v", true, new() { MinSnrGamma = 5 } },
        { "train.debiased_eps", false, new() { DebiasedEstimationLoss = true } },
        { "train.debiased_v", true, new() { DebiasedEstimationLoss = true } },
        { "train.scale_v_pred_loss_like_noise_pred", true, new() { ScaleVPredLossLikeNoisePred = true } },
    };

    [Theory]
    [MemberData(nameof(Columns))]
    public void Follows_the_reference_at_every_timestep(string column, bool velocity, SnrWeightingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var weighting = new SnrWeighting(velocity ? Velocity : Schedule, options);
        var expected = Read(column).data<float>().ToArray();
        Assert.Equal(1000, expected.Length);
        Assert.All(expected, (weight, t) => Assert.InRange(weighting[t] / weight, 1 - Tolerance, 1 + Tolerance));
        Assert.False(weighting.IsUniform);
    }

    [Fact]
    public void Weights_multiply_and_a_share_of_the_velocity_loss_adds_to_them()
    {
        var both = new SnrWeighting(Schedule, new() { MinSnrGamma = 5, DebiasedEstimationLoss = true });
        var first = new SnrWeighting(Schedule, new() { MinSnrGamma = 5 });
        var second = new SnrWeighting(Schedule, new() { DebiasedEstimationLoss = true });
        var like = new SnrWeighting(Schedule, new() { VPredLikeLoss = 0.5 });
        Assert.Equal(first[700] * second[700], both[700], 1e-6f);
        var snr = Schedule.Snr(700);
        Assert.Equal(1 + (0.5 * (snr + 1) / snr), like[700], 1e-5);
    }

    [Fact]
    public void Weights_of_the_other_prediction_are_refused()
    {
        Assert.Contains("predicts noise", Assert.Throws<ArgumentException>(() => new SnrWeighting(Schedule, new() { ScaleVPredLossLikeNoisePred = true })).Message, StringComparison.Ordinal);
        Assert.Contains("predicts velocity", Assert.Throws<ArgumentException>(() => new SnrWeighting(Velocity, new() { VPredLikeLoss = 1 })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_options_every_weight_is_one()
    {
        var weighting = new SnrWeighting(Schedule, new());
        Assert.True(weighting.IsUniform);
        Assert.Equal(1, weighting[0]);
    }
}
