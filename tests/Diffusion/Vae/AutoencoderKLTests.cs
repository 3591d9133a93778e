using Slipway.Diffusion.Tests.Checkpoints;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Slipway.Diffusion.Tests.Vae;

/// <summary>
/// golden/vae: a small AutoencoderKL of diffusers with random weights, and what it made of one picture and of one latent.
/// Float rounding in another order of summation stays below 2e-5 on values of about ±3; a wrong padding or norm gives 1e-2.
/// </summary>
public sealed class AutoencoderKLTests : IDisposable
{
    private const double Tolerance = 2e-5;
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly AutoencoderKL _vae = new DiffusersLayout(Golden.Path("vae")).LoadVae(CPU);
    private readonly SafetensorsFile _numbers = SafetensorsFile.Open(Golden.Path(Path.Combine("vae", "io.safetensors")));

    [Fact]
    public void Encodes_as_diffusers_does()
    {
        using var noGrad = no_grad();
        var latents = _vae.Encode(_numbers.Read("image"));
        Near(latents.Mean, "latent_mean");
        Near(latents.LogVar, "latent_logvar");
        Near(latents.Sample(_numbers.Read("noise")) * _vae.ScalingFactor, "latent_sample_scaled");
    }

    [Fact]
    public void Decodes_as_diffusers_does()
    {
        using var noGrad = no_grad();
        Near(_vae.Decode(_numbers.Read("z")), "decoded");
    }

    public void Dispose()
    {
        _numbers.Dispose();
        _vae.Dispose();
        _scope.Dispose();
    }

    private void Near(Tensor actual, string expected)
        => Assert.InRange((actual - _numbers.Read(expected)).abs().max().item<float>(), 0, Tolerance);
}
