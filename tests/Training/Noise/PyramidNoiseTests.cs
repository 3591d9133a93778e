using Slipway.Training.Noise;
using Slipway.Training.Options;
using Slipway.Training.Randomness;
using Slipway.Training.Tests.Losses;

namespace Slipway.Training.Tests.Noise;

public sealed class PyramidNoiseTests : ScheduleNumbers
{
    private static readonly double[] RecordedRatios = [0.23796462709189137, 0.5442292252959519, 0.36995516654807925];

    [Fact]
    public void From_the_references_draws_comes_the_references_noise()
    {
        var options = new NoiseOptions { MultiresNoiseIterations = 6, MultiresNoiseDiscount = 0.4 };
        var (ratio, level) = (0, 0);
        var noise = PyramidNoise.AddLevels(Read("op.noise"), options, () => RecordedRatios[ratio++], shape =>
        {
            var draw = Read($"op.pyramid_rand_{level++}");
            Assert.Equal(draw.shape, shape);
            return draw;
        });
        Assert.Equal((3, 3), (ratio, level));
        Assert.InRange(Golden.RelativeError(noise, Read("op.pyramid_iter6_disc0.4")), 0, Tolerance);
    }

    [Fact]
    public void Keeps_the_shape_of_wide_latents_and_the_noise_that_was_given()
    {
        var noise = ones(1, 4, 6, 10);
        using var generator = new Generator(3, CPU);
        var pyramid = PyramidNoise.AddLevels(noise, new NoiseOptions { MultiresNoiseIterations = 10 }, new SeedStream(1, "x"), generator);
        Assert.Equal(noise.shape, pyramid.shape);
        Assert.Equal(1, pyramid.std().item<float>(), 1e-5f);
        Assert.Equal(0, Golden.MaxError(noise, ones(1, 4, 6, 10)));
    }
}
