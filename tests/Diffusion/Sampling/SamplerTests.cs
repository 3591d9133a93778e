using Slipway.Diffusion.Files;
using Slipway.Diffusion.Noise;
using Slipway.Diffusion.Sampling;
using Slipway.Diffusion.Tests.Checkpoints;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Slipway.Diffusion.Tests.Sampling;

/// <summary>
/// golden/sched: where the schedulers of diffusers 0.32.1 go from a given noise, with x/2 + 0.2·t/1000 − 0.05 in place
/// of a UNet, taken as ε or, in runs that end with <c>_v</c>, as velocity.
/// </summary>
public sealed class SamplerTests : IDisposable
{
    private const double Tolerance = 1e-5;
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly SafetensorsFile _numbers = SafetensorsFile.Open(Golden.Path(Path.Combine("sched", "sched.safetensors")));

    public void Dispose()
    {
        _numbers.Dispose();
        _scope.Dispose();
    }

    public static TheoryData<string, string, int, string> Runs()
    {
        (string Sampler, string Run)[] samplers =
        [
            ("Euler", "euler"), ("Euler Karras", "euler_karras"), ("Euler a", "euler_a"), ("DDIM", "ddim"),
            ("DPM++ 2M", "dpmpp_2m"), ("DPM++ 2M Karras", "dpmpp_2m_karras"),
        ];
        var data = new TheoryData<string, string, int, string>();
        foreach (var (sampler, run) in samplers)
            foreach (var steps in new[] { 10, 20 })
            {
                data.Add(sampler, $"{run}_{steps}", steps, "epsilon");
                data.Add(sampler, $"{run}_{steps}_v", steps, "v_prediction");
            }

        return data;
    }

    [Theory]
    [MemberData(nameof(Runs))]
    public void Goes_where_diffusers_goes(string sampler, string run, int steps, string prediction)
        => Follows(sampler, run, steps, new NoiseConfiguration { PredictionType = prediction });

    /// <summary>sd-scripts' sample pictures: linspace without an offset, and a DDIM that clips.</summary>
    [Theory]
    [InlineData("Euler", "sdscripts_euler", "linspace")]
    [InlineData("Euler a", "sdscripts_euler_a", "linspace")]
    [InlineData("DPM++ 2M", "sdscripts_dpmsolver++", "linspace")]
    [InlineData("DDIM", "sdscripts_ddim", "leading")]
    public void Goes_where_sd_scripts_goes_when_configured_as_it_is(string sampler, string run, string spacing)
    {
        var configuration = new NoiseConfiguration { TimestepSpacing = spacing, StepsOffset = 0, ClipSample = true, SetAlphaToOne = true };
        Follows(sampler, $"{run}_10", 10, configuration);
        Follows(sampler, $"{run}_20", 20, configuration);
    }

    /// <summary>diffusers keeps DDIM's and DPM-Solver's latents at unit variance, as they come out of the autoencoder's side: x/√(σ² + 1).</summary>
    private void Follows(string sampler, string run, int steps, NoiseConfiguration configuration)
    {
        var trajectory = _numbers.Read($"{run}.traj");
        var noises = _numbers.Read("ancestral_noises");
        var schedule = new NoiseSchedule(configuration);
        var named = Sampler.Named(sampler);
        var grid = named.Grid(schedule, steps);
        var step = named.Start(configuration);
        var unitVariance = !sampler.StartsWith("Euler", StringComparison.Ordinal);
        var x = _numbers.Read("init_noise") * grid.InitSigma;
        for (var i = 0; i < steps; i++)
        {
            var index = i;
            var output = (x / Root(grid.Sigmas[i]) * 0.5) + (0.2 * grid.Timesteps[i] / 1000) - 0.05;
            x = step(x, schedule.Denoised(x, output, grid.Sigmas[i]), grid.Sigmas, i, () => noises[index]);
            var expected = trajectory[i + 1].view(x.shape);
            var difference = ((unitVariance ? x / Root(grid.Sigmas[i + 1]) : x) - expected).abs().max().item<float>();
            Assert.True(difference <= Tolerance, $"{run}, step {i}: {difference}");
        }
    }

    private static double Root(double sigma) => Math.Sqrt((sigma * sigma) + 1);
}
