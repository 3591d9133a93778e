using Slipway.Training.Noise;
using Slipway.Training.Options;
using Slipway.Training.Tests.Losses;

namespace Slipway.Training.Tests.Noise;

public sealed class NoiseOffsetTests : ScheduleNumbers
{
    [Theory]
    [InlineData(null, "op.noise_offset0.05")]
    [InlineData(0.03, "op.noise_offset0.05_adaptive0.03")]
    public void From_the_references_draws_comes_the_references_noise(double? adaptive, string expected)
    {
        var noise = Read("op.noise");
        NoiseOffset.Add(noise, Read("op.latents"), new NoiseOptions { NoiseOffset = 0.05, AdaptiveNoiseScale = adaptive }, Read("op.offset_randn"));
        Assert.InRange(Golden.RelativeError(noise, Read(expected)), 0, Tolerance);
    }

    [Fact]
    public void Shifts_each_channel_of_each_sample_by_one_number_of_that_strength()
    {
        using var generator = new Generator(5, CPU);
        using var same = new Generator(5, CPU);
        var noise = zeros(2, 4, 3, 3);
        NoiseOffset.Add(noise, zeros_like(noise), new NoiseOptions { NoiseOffset = 0.05 }, generator);
        var expected = (randn([2, 4, 1, 1], generator: same) * 0.05).expand(2, 4, 3, 3);
        Assert.InRange(Golden.MaxError(noise, expected), 0, 1e-8);
    }

    [Fact]
    public void A_strength_below_zero_is_zero()
    {
        var noise = zeros(1, 1, 2, 2);
        NoiseOffset.Add(noise, full_like(noise, 9), new NoiseOptions { NoiseOffset = 0.05, AdaptiveNoiseScale = -1 }, ones(1, 1, 1, 1));
        Assert.Equal(0, noise.abs().max().item<float>());
    }

    [Fact]
    public void A_random_strength_is_drawn_for_each_batch_from_zero_to_the_offset()
    {
        var options = new NoiseOptions { NoiseOffset = 0.1, NoiseOffsetRandomStrength = true };
        double[] drawn = [.. Enumerable.Range(0, 400).Select(batch => NoiseOffset.Drawn(options, 7, batch).NoiseOffset)];
        Assert.All(drawn, strength => Assert.InRange(strength, 0, 0.1));
        // Uniform: a mean of 0.05 with a standard error of 0.1/√12/√400; six of them.
        Assert.InRange(drawn.Average(), 0.05 - 0.0087, 0.05 + 0.0087);
        Assert.Equal(400, drawn.Distinct().Count());
        Assert.Equal(drawn[3], NoiseOffset.Drawn(options, 7, 3).NoiseOffset);
        Assert.Equal(0.1, NoiseOffset.Drawn(options with { NoiseOffsetRandomStrength = false }, 7, 3).NoiseOffset);
    }

    [Fact]
    public void Zero_changes_nothing_and_draws_nothing()
    {
        using var generator = new Generator(5, CPU);
        using var untouched = new Generator(5, CPU);
        var noise = ones(1, 4, 2, 2);
        NoiseOffset.Add(noise, noise, new NoiseOptions(), generator);
        Assert.Equal(0, Golden.MaxError(noise, ones_like(noise)));
        Assert.Equal(randn(1, generator: untouched).item<float>(), randn(1, generator: generator).item<float>());
    }
}
