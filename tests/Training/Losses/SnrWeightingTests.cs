using System.Text.Json;

namespace Slipway.Training.Tests;

public sealed class SnrWeightingTests
{
    // The reference computes the ratio in float32: six digits agree.
    [Theory]
    [InlineData("min_snr5_eps", 5.0, false, false)]
    [InlineData("min_snr5_v", 5.0, false, true)]
    [InlineData("debiased_eps", null, true, false)]
    [InlineData("debiased_v", null, true, true)]
    public void Follows_the_reference(string column, double? gamma, bool debiased, bool velocity)
    {
        using var golden = JsonDocument.Parse(File.ReadAllText(Golden.Path("snr.json")));
        var weighting = new SnrWeighting(new NoiseSchedule(new NoiseConfiguration()), gamma, debiased, velocity);
        var timesteps = golden.RootElement.GetProperty("timesteps").EnumerateArray().Select(t => t.GetInt64());
        var expected = golden.RootElement.GetProperty(column).EnumerateArray().Select(w => w.GetDouble());
        Assert.All(timesteps.Zip(expected), pair => Assert.InRange(weighting[pair.First] / pair.Second, 1 - 5e-5, 1 + 5e-5));
        Assert.False(weighting.IsUniform);
    }

    [Fact]
    public void Without_options_every_weight_is_one()
    {
        var weighting = new SnrWeighting(new NoiseSchedule(new NoiseConfiguration()), null, debiased: false, velocity: false);
        Assert.True(weighting.IsUniform);
        Assert.Equal(1, weighting[0]);
    }
}
