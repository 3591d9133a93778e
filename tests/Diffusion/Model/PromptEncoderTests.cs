using Slipway.Diffusion.Files;
using Slipway.Diffusion.Model;
using Slipway.Diffusion.Tests.Checkpoints;
using Slipway.Diffusion.Text;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Slipway.Diffusion.Tests.Model;

/// <summary>
/// golden/te: what sd-scripts' SDXL strategies make of captions with the tiny model of the reference: one chunk, two and
/// three, and weighted ones. Values reach ±15; rounding in another order of summation stays below 5e-5.
/// </summary>
public sealed class PromptEncoderTests(GoldenModel golden) : IClassFixture<GoldenModel>, IDisposable
{
    private const double Tolerance = 5e-5;

    private const string Long =
        "1girl, solo, blue eyes, long blonde hair, school uniform, pleated skirt, standing in front of a window, cherry blossoms, "
        + "depth of field, detailed background, masterpiece";

    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly SafetensorsFile _numbers = SafetensorsFile.Open(Golden.Path(Path.Combine("te", "io.safetensors")));
    private readonly PromptEncoder _encoder = new(golden.Model);

    private static string Repeated => string.Join(", ", Enumerable.Repeat(Long, 6));

    public void Dispose()
    {
        _numbers.Dispose();
        _scope.Dispose();
    }

    [Theory]
    [InlineData(1, "1girl, solo, long_hair, looking at viewer")]
    [InlineData(2, null)]
    [InlineData(3, null)]
    public void Encodes_captions_of_1_to_3_chunks(int chunks, string? caption)
    {
        using var noGrad = no_grad();
        Near(_encoder.Encode([caption ?? Repeated, "short prompt"], chunks), $"sds{(chunks == 1 ? 77 : 75 * chunks)}");
    }

    [Fact]
    public void Weighs_hidden_states_and_leaves_the_pooled_embedding_alone()
    {
        using var noGrad = no_grad();
        string[] texts = ["a (red:1.4) cat, [blue] dog, ((big)) house", @"plain \(escaped\) text"];
        Near(_encoder.Encode([.. texts.Select(Prompt.Parse)], 1), "weighted");
    }

    [Fact]
    public void Weighs_all_chunks()
    {
        using var noGrad = no_grad();
        var plain = _encoder.Encode([Prompt.Parse("a cat BREAK a dog")], 2).Context;
        var weighted = _encoder.Encode([Prompt.Parse("a cat BREAK a (dog:1.5)")], 2).Context;
        var factor = (weighted / plain).mean([-1])[0];
        Assert.Equal(152, factor.shape[0]);
        for (var i = 0; i < 152; i++)
            Assert.Equal(i == 77 ? 1.5 : 1, factor[i].item<float>(), 1e-5);
    }

    [Fact]
    public void A_prompt_without_brackets_is_encoded_as_a_caption()
    {
        using var noGrad = no_grad();
        var (caption, prompt) = (_encoder.Encode(["1girl, solo"]), _encoder.Encode([Prompt.Parse("1girl, solo")], 1));
        Assert.True(caption.Context.equal(prompt.Context).all().item<bool>());
        Assert.True(caption.Pooled.equal(prompt.Pooled).all().item<bool>());
    }

    [Theory]
    [InlineData("a cat", 1)]
    [InlineData("a cat BREAK a dog", 2)]
    [InlineData("BREAK a dog", 2)]
    public void Counts_chunks(string prompt, int expected) => Assert.Equal(expected, _encoder.ChunksOf(Prompt.Parse(prompt)));

    [Theory]
    [InlineData(75, 1)]
    [InlineData(76, 2)]
    [InlineData(150, 2)]
    [InlineData(151, 3)]
    [InlineData(1000, 14)]
    public void A_chunk_holds_75_tokens(int tokens, int expected)
        => Assert.Equal(expected, _encoder.ChunksOf(Prompt.Parse(string.Join(' ', Enumerable.Repeat("cat", tokens)))));

    private void Near(Conditioning conditioning, string run)
    {
        Near(conditioning.Context, cat([_numbers.Read($"{run}.hidden1"), _numbers.Read($"{run}.hidden2")], -1), run);
        Near(conditioning.Pooled, _numbers.Read($"{run}.pool2"), $"{run}, pooled");
    }

    private static void Near(Tensor actual, Tensor expected, string what)
    {
        Assert.Equal(expected.shape, actual.shape);
        var difference = (actual - expected).abs().max().item<float>();
        Assert.True(difference <= Tolerance, $"{what}: {difference}");
    }
}
