using Slipway.Diffusion.Tests.Checkpoints;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Slipway.Diffusion.Tests.Sampling;

/// <summary>
/// golden/sched: where diffusers' schedulers go from a given noise, with ε = x/2 + 0.2·t/1000 − 0.05 in place of a UNet.
/// Values reach ±15 (σ of the first step); f32 steps in another order differ by less than 2e-5.
/// </summary>
public sealed class SamplerTests
{
    private const double Tolerance = 2e-5;

    [Theory]
    [InlineData("Euler", "euler_10", 10)]
    [InlineData("Euler", "euler_20", 20)]
    [InlineData("Euler a", "euler_a_10", 10)]
    [InlineData("Euler a", "euler_a_20", 20)]
    public void Goes_where_diffusers_goes(string sampler, string run, int steps)
    {
        using var scope = NewDisposeScope();
        using var numbers = SafetensorsFile.Open(Golden.Path(Path.Combine("sched", "sched.safetensors")));
        var trajectory = numbers.Read($"{run}.traj");
        var noises = numbers.Read("ancestral_noises");
        var named = Sampler.Named(sampler);
        var grid = named.Grid(new NoiseSchedule(new NoiseConfiguration()), steps);
        var step = named.Step();
        var x = numbers.Read("init_noise") * grid.InitSigma;
        for (var i = 0; i < steps; i++)
        {
            var (sigma, index) = (grid.Sigmas[i], i);
            var noise = (x / Math.Sqrt((sigma * sigma) + 1) * 0.5) + (0.2 * grid.Timesteps[i] / 1000) - 0.05;
            x = step(x, x - (noise * sigma), grid.Sigmas, i, () => noises[index]);
            Assert.InRange((x - trajectory[i + 1]).abs().max().item<float>(), 0, Tolerance);
        }
    }
}
