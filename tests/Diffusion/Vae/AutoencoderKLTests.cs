using Slipway.Diffusion.Files;
using Slipway.Diffusion.Tests.Checkpoints;
using Slipway.Diffusion.Vae;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Slipway.Diffusion.Tests.Vae;

/// <summary>
/// golden/vae: what diffusers' AutoencoderKL makes of pictures that are not square and of latents. Float rounding in another
/// order of summation stays below 2e-5 on values of about ±3; a wrong padding or norm gives 1e-2.
/// </summary>
public sealed class AutoencoderKLTests : IDisposable
{
    private const double Tolerance = 2e-5;
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly AutoencoderKL _vae = ReferenceModel.Vae();
    private readonly SafetensorsFile _numbers = SafetensorsFile.Open(Golden.Path(Path.Combine("vae", "io.safetensors")));

    public void Dispose()
    {
        _numbers.Dispose();
        _vae.Dispose();
        _scope.Dispose();
    }

    [Fact]
    public void Encodes_as_diffusers_does()
    {
        using var noGrad = no_grad();
        var latents = _vae.Encode(_numbers.Read("image"));
        Near(cat([latents.Mean, latents.LogVar], 1), "moments");
        Near(latents.Mean, "latent_mean");
        Near(latents.LogVar, "latent_logvar");
        Near(latents.Std, "latent_std");
        Near(latents.Sample(_numbers.Read("noise")) * _vae.ScalingFactor, "latent_sample_scaled");
    }

    [Fact]
    public void Decodes_as_diffusers_does()
    {
        using var noGrad = no_grad();
        Near(_vae.Decode(_numbers.Read("z")), "decoded");
        Near(_vae.call(_numbers.Read("image")), "roundtrip", 5e-5); // Both rounding errors, one decoded from the other.
    }

    private void Near(Tensor actual, string expected, double tolerance = Tolerance)
        => Assert.InRange(Difference.Largest(actual, _numbers.Read(expected)), 0, tolerance);
}
