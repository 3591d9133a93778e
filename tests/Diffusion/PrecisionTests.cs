using Slipway.Diffusion.Files;
using Slipway.Diffusion.Tests.Checkpoints;
using Slipway.Diffusion.Text;
using Slipway.Diffusion.UNets;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Slipway.Diffusion.Tests;

/// <summary>
/// bf16 has 8 bits of significand: each rounding errs by up to 2⁻⁹ = 0.2 %, by 0.11 % in the mean square. Errors of some
/// hundred roundings in a row, and of the weights', add up as their root: 1–3 % of the values' deviation, and the UNet's skips
/// and norms magnify it. Seen are 6.1 % for the UNet, 1.9 and 1.6 % for the text
/// encoders and 1.2 % for the pooled embedding; a third more is allowed, for processors that round products elsewhere.
/// </summary>
public sealed class PrecisionTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void UNet_in_bf16()
    {
        using var noGradient = no_grad();
        using var io = SafetensorsFile.Open(Golden.Path(Path.Combine("unet", "io_a.safetensors")));
        using var unet = ReferenceModel.UNet(ScalarType.BFloat16);
        var output = unet.call(io.Read("sample"), io.Read("timesteps"), io.Read("encoder_hidden_states"), io.Read("text_embeds"), io.Read("time_ids"));
        Assert.Equal(ScalarType.BFloat16, output.dtype);
        Assert.InRange(Error(output, io.Read("output")), 1e-4, 0.08);
    }

    [Fact]
    public void Text_encoders_in_bf16()
    {
        using var noGradient = no_grad();
        using var io = SafetensorsFile.Open(Golden.Path(Path.Combine("te", "io.safetensors")));
        using var first = ReferenceModel.TextEncoder1(ScalarType.BFloat16);
        using var second = ReferenceModel.TextEncoder2(ScalarType.BFloat16);
        Assert.InRange(Error(Encode(first, io.Read("ids1")).Penultimate, io.Read("te1.hidden_states.11_penultimate")), 1e-4, 0.025);
        var text = Encode(second, io.Read("ids2"));
        Assert.InRange(Error(text.Penultimate, io.Read("te2.hidden_states.31_penultimate")), 1e-4, 0.025);
        Assert.InRange(Error(text.Pooled!, io.Read("te2.text_embeds_pooled_correct")), 1e-4, 0.025);
    }

    /// <summary>Of what goes into the UNet in f32 the sizes and the timestep keep all their bits up to the embedding: 1000 and 1001 differ in bf16's 8 bits no more.</summary>
    [Fact]
    public void Sizes_and_timesteps_are_embedded_in_f32()
    {
        var embedding = TimestepEmbedding.Sinusoid(tensor([1000L, 1001L]), 256);
        Assert.Equal(ScalarType.Float32, embedding.dtype);
        Assert.InRange(Difference.Largest(embedding[0], embedding[1]), 0.5, 2);
    }

    /// <summary>Root of the mean square difference, as a share of the expected values' deviation.</summary>
    private static float Error(Tensor actual, Tensor expected)
        => ((actual.to(ScalarType.Float32) - expected).square().mean().sqrt() / expected.std()).item<float>();

    private static EncodedText Encode(ClipTextEncoder encoder, Tensor ids) => encoder.Encode(ids, ids.eq(49407).to(ScalarType.Int64).argmax(1));
}
