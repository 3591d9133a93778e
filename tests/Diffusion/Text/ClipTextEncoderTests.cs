using Slipway.Diffusion.Files;
using Slipway.Diffusion.Tests.Checkpoints;
using Slipway.Diffusion.Text;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Slipway.Diffusion.Tests.Text;

/// <summary>
/// golden/te: the hidden states of transformers' CLIPTextModel and CLIPTextModelWithProjection on recorded ids, 77, 150 and
/// 225 tokens long. Values reach ±15; f32 sums in another order differ by some 1e-5 there.
/// </summary>
public sealed class ClipTextEncoderTests : IDisposable
{
    private const double Tolerance = 5e-5;
    private const long EndToken = 49407;
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly SafetensorsFile _io = SafetensorsFile.Open(Golden.Path(Path.Combine("te", "io.safetensors")));
    private readonly ClipTextEncoder _first = ReferenceModel.TextEncoder1();
    private readonly ClipTextEncoder _second = ReferenceModel.TextEncoder2();

    public void Dispose()
    {
        _first.Dispose();
        _second.Dispose();
        _io.Dispose();
        _scope.Dispose();
    }

    [Fact]
    public void Give_the_penultimate_states_of_transformers()
    {
        var (first, second) = (Encode(_first, _io.Read("ids1")), Encode(_second, _io.Read("ids2")));
        Near(first.Penultimate, "te1.hidden_states.11_penultimate");
        Near(second.Penultimate, "te2.hidden_states.31_penultimate");
        Near(cat([first.Penultimate, second.Penultimate], -1), "encoder_hidden_states");
    }

    /// <summary>The projection as the model was trained with it, not as sd-scripts' single-file loader turns it.</summary>
    [Fact]
    public void Pools_at_the_first_end_token_with_the_correct_projection()
    {
        Assert.Null(Encode(_first, _io.Read("ids1")).Pooled);
        var pooled = Encode(_second, _io.Read("ids2")).Pooled!;
        Near(pooled, "te2.text_embeds_pooled_correct");
        Assert.InRange(Difference.Largest(pooled, _io.Read("te2.pooled_as_sd_scripts_singlefile_loader_NOT_transposed")), 1, 10);
    }

    /// <summary>
    /// sd-scripts' chunks of 77: begin, 75 tokens, end; hidden states joined again to begin, all tokens, end; pooled from
    /// the first chunk. Weights multiply the hidden states.
    /// </summary>
    [Theory]
    [InlineData("sds77")]
    [InlineData("sds150")]
    [InlineData("sds225")]
    [InlineData("weighted")]
    public void Encode_chunk_by_chunk_as_sd_scripts_does(string run)
    {
        var first = Encode(_first, _io.Read($"{run}.tokens1").flatten(0, 1)).Penultimate;
        var second = Encode(_second, _io.Read($"{run}.tokens2").flatten(0, 1));
        var prompts = _io.Tensors[$"{run}.tokens1"].Shape[0];
        Near(Weighted(Joined(first, prompts), run, "1"), $"{run}.hidden1");
        Near(Weighted(Joined(second.Penultimate, prompts), run, "2"), $"{run}.hidden2");
        Near(second.Pooled!.view(prompts, -1, second.Pooled.shape[1]).select(1, 0), $"{run}.pool2");
    }

    private static EncodedText Encode(ClipTextEncoder encoder, Tensor ids)
    {
        using var noGradient = no_grad();
        return encoder.Encode(ids, ids.eq(EndToken).to(ScalarType.Int64).argmax(1));
    }

    private static Tensor Joined(Tensor chunks, long prompts)
    {
        var states = chunks.view(prompts, -1, 77, chunks.shape[2]);
        var inner = states.narrow(2, 1, 75).flatten(1, 2);
        return cat([states.select(1, 0).narrow(1, 0, 1), inner, states.select(1, -1).narrow(1, 76, 1)], 1);
    }

    private Tensor Weighted(Tensor hidden, string run, string encoder)
        => _io.Tensors.ContainsKey($"{run}.weights{encoder}") ? hidden * _io.Read($"{run}.weights{encoder}").squeeze(1).unsqueeze(-1) : hidden;

    private void Near(Tensor actual, string expected) => Assert.InRange(Difference.Largest(actual, _io.Read(expected)), 0, Tolerance);
}
