using Slipway.Diffusion.Files;
using Slipway.Diffusion.Modules;
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
        Near(_vae.call(_numbers.Read("image")), "roundtrip", 7e-5); // Both rounding errors, one decoded from the other; 5.4e-5 is seen with ATen's own loops, less with oneDNN.
    }

    [Fact]
    public void Another_one_for_decoding_has_the_weights_and_only_decodes()
    {
        using var noGrad = no_grad();
        using var same = _vae.ForDecoding(ScalarType.Float32);
        Assert.True(same.Decode(_numbers.Read("z")).equal(_vae.Decode(_numbers.Read("z"))).all().item<bool>());
        Assert.True(same.parameters().All(weight => !weight.requires_grad));
        Assert.True(new WeightSlots(same)["encoder.conv_in.weight"].is_meta);
        Assert.False(new WeightSlots(_vae)["decoder.conv_in.weight"].is_meta);
    }

    /// <summary>As a share of the picture's deviation, see <see cref="PrecisionTests"/>: seen are 2.8 %, and a third more is allowed.</summary>
    [Fact]
    [Trait("Tier", "slow")] // In unraised bf16 it decodes for seconds.
    public void Decodes_in_bf16_and_gives_what_the_latents_are_of()
    {
        using var noGrad = no_grad();
        using var rounded = _vae.ForDecoding(ScalarType.BFloat16);
        var (decoded, expected) = (rounded.Decode(_numbers.Read("z")), _numbers.Read("decoded"));
        Assert.Equal(ScalarType.Float32, decoded.dtype);
        Assert.InRange(((decoded - expected).square().mean().sqrt() / expected.std()).item<float>(), 1e-4, 0.037);
        var grid = new TileGrid(4, 2);
        Assert.InRange(Difference.Largest(rounded.DecodeTiled(_numbers.Read("z"), grid), _vae.DecodeTiled(_numbers.Read("z"), grid)), 1e-4, 0.1);
    }

    /// <summary>Half of what f32 takes, and weights of two bytes each.</summary>
    [Fact]
    public void Announces_half_the_memory_for_bf16()
    {
        using var sdxl = new AutoencoderKL(new VaeConfiguration());
        const long Weights = 49_490_199;
        Assert.Equal((sdxl.DecodeBytes(128, 128) / 2) + (2 * Weights), sdxl.DecodeBytes(128, 128, ScalarType.BFloat16));
        Assert.Equal(sdxl.DecodeBytes(64, 64), sdxl.DecodeBytes(64, 64, ScalarType.Float32));
        using var rounded = _vae.ForDecoding(ScalarType.BFloat16);
        Assert.Equal(_vae.DecodeBytes(64, 64) / 2, rounded.DecodeBytes(64, 64));
    }

    private void Near(Tensor actual, string expected, double tolerance = Tolerance)
        => Assert.InRange(Difference.Largest(actual, _numbers.Read(expected)), 0, tolerance);
}
