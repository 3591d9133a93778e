using Slipway.Diffusion.Files;
using Slipway.Diffusion.Noise;
using Slipway.Diffusion.Tests.Checkpoints;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Slipway.Diffusion.Tests.Noise;

/// <summary>
/// golden/sched: SDXL's schedule in diffusers' DDPMScheduler and what sd-scripts derives from it, in f32; without and with the
/// rescaling to a terminal signal-to-noise ratio of zero. Differences are relative, a few units in the last place, number by
/// number; of the rescaled schedule relative to the largest number and ten times as large, as the algorithm divides differences
/// of nearly equal numbers: the f32 of another processor or torch moves its smallest products ᾱ by 4e-5 of themselves.
/// </summary>
public sealed class NoiseScheduleTests : IDisposable
{
    private const double Tolerance = 1e-6;
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly SafetensorsFile _numbers = SafetensorsFile.Open(Golden.Path(Path.Combine("sched", "sched.safetensors")));
    private readonly NoiseSchedule _plain = new(new NoiseConfiguration());
    private readonly NoiseSchedule _zeroTerminal = new(new NoiseConfiguration { RescaleBetasZeroSnr = true });

    public void Dispose()
    {
        _numbers.Dispose();
        _scope.Dispose();
    }

    [Fact]
    public void Betas_and_their_products()
    {
        Each(_plain.Betas, "train.betas");
        Each(_plain.AlphasCumprod, "train.alphas_cumprod");
        NearAll(_zeroTerminal.Betas, "ztsnr.betas");
        NearAll(_zeroTerminal.AlphasCumprod, "ztsnr.alphas_cumprod");
        Assert.Equal(0, _zeroTerminal.AlphasCumprod[999]);
    }

    [Fact]
    public void Signal_to_noise_ratios()
    {
        Each(All(_plain.Snr), "train.snr");
        Each(All(_plain.WeightingSnr), "train.snr");
        NearAll(All(_zeroTerminal.Snr), "ztsnr.snr");
        Assert.Equal(All(_zeroTerminal.Snr)[..999], All(_zeroTerminal.WeightingSnr)[..999]);
        Assert.Equal(_zeroTerminal.Snr(998), _zeroTerminal.WeightingSnr(999));
    }

    [Fact]
    public void Sigma_stays_finite_where_there_is_nothing_but_noise()
    {
        Assert.InRange(_plain.Sigma(999), 14.61464, 14.61465);
        Assert.Equal(4096, _zeroTerminal.Sigma(999), 3);
    }

    [Fact]
    public void Noisy_latents_and_velocities()
    {
        var (latents, noise, timesteps) = (_numbers.Read("op.latents"), _numbers.Read("op.noise"), _numbers.Read("op.timesteps"));
        Near(_plain.AddNoise(latents, noise, timesteps), "op.noisy");
        Near(_plain.Velocity(latents, noise, timesteps), "op.velocity");
        Near(_zeroTerminal.AddNoise(latents, noise, timesteps), "op.noisy_ztsnr");
        Near(_zeroTerminal.Velocity(latents, noise, timesteps), "op.velocity_ztsnr");
    }

    private static float[] All(Func<long, double> ofTimestep) => [.. Enumerable.Range(0, 1000).Select(t => (float)ofTimestep(t))];

    /// <summary>Each number by itself: they range over five orders of magnitude.</summary>
    private void Each(IReadOnlyList<float> actual, string name)
    {
        var expected = _numbers.Read(name).data<float>().ToArray();
        Assert.Equal(expected.Length, actual.Count);
        Assert.All(expected, (value, i) => Assert.InRange(Math.Abs(actual[i] - value), 0, Tolerance * Math.Abs(value)));
    }

    private void NearAll(IReadOnlyList<float> actual, string name) => Near(tensor(actual.ToArray()), name, 10 * Tolerance);

    private void Near(Tensor actual, string name, double tolerance = Tolerance)
        => Assert.InRange(Difference.Relative(actual, _numbers.Read(name)), 0, tolerance);
}
