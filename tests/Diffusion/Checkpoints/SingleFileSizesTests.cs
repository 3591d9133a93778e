using System.Text.Json;
using Slipway.Diffusion.Checkpoints;
using Slipway.Diffusion.Files;
using Slipway.Diffusion.Text;
using Slipway.Diffusion.UNets;
using Slipway.Diffusion.Vae;
using Xunit;
using static TorchSharp.torch;

namespace Slipway.Diffusion.Tests.Checkpoints;

public sealed class SingleFileSizesTests
{
    [Fact]
    public void Of_the_published_file_are_SDXLs()
    {
        var sizes = new SingleFileSizes(SingleFileContentTests.Published.ToDictionary(pair => pair.Key, pair => Entry(pair.Key, pair.Value)));
        AssertEqual(new UNetConfiguration(), sizes.UNet(1280));
        AssertEqual(new VaeConfiguration(), sizes.Vae());
        AssertEqual(new ClipTextConfiguration(), sizes.TextEncoder1());
        AssertEqual(SdxlSizes.BigG, sizes.TextEncoder2());
    }

    [Fact]
    public void Of_another_architecture_follow_its_shapes()
    {
        var unet = new UNetConfiguration
        {
            InChannels = 9,
            BlockOutChannels = [64, 128],
            DownBlockTypes = ["CrossAttnDownBlock2D", "DownBlock2D"],
            LayersPerBlock = 3,
            TransformerLayersPerBlock = [2, 1],
            AttentionHeads = [1, 2],
            CrossAttentionDim = 128,
            AdditionTimeEmbedDim = 16,
            ProjectionClassEmbeddingsInputDim = 64 + (6 * 16),
        };
        var text = new ClipTextConfiguration { VocabSize = 600, HiddenSize = 64, IntermediateSize = 100, NumHiddenLayers = 3, NumAttentionHeads = 1, MaxPositionEmbeddings = 40, ProjectionDim = 64 };
        var second = text with { NumHiddenLayers = 2, HiddenAct = "gelu", WithProjection = true };
        var vae = new VaeConfiguration { BlockOutChannels = [32, 64, 96], LayersPerBlock = 1, LatentChannels = 8 };
        var sizes = new SingleFileSizes(Tensors(new ClipTextEncoder(text), new ClipTextEncoder(second), new UNet(unet), new AutoencoderKL(vae)));
        AssertEqual(unet, sizes.UNet(second.ProjectionDim));
        AssertEqual(vae, sizes.Vae());
        AssertEqual(text, sizes.TextEncoder1());
        AssertEqual(second, sizes.TextEncoder2());
    }

    [Fact]
    public void Heads_that_shapes_cannot_tell_are_asked_for()
    {
        var sizes = new SingleFileSizes(new Dictionary<string, TensorEntry> { [TokenEmbedding] = Entry(TokenEmbedding, "F16 [49408, 16]") });
        var error = Assert.Throws<InvalidDataException>(sizes.TextEncoder1).Message;
        Assert.Contains("16 channels", error, StringComparison.Ordinal);
        Assert.Contains("`num_attention_heads` in text_encoder/config.json", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Absurd_shapes_count_as_missing()
    {
        var sizes = new SingleFileSizes(new Dictionary<string, TensorEntry> { [TokenEmbedding] = Entry(TokenEmbedding, "F16 [0, 9223372036854775807]") });
        AssertEqual(new ClipTextConfiguration(), sizes.TextEncoder1());
    }

    private const string TokenEmbedding = "conditioner.embedders.0.transformer.text_model.embeddings.token_embedding.weight";

    private static Dictionary<string, TensorEntry> Tensors(ClipTextEncoder first, ClipTextEncoder second, UNet unet, AutoencoderKL vae)
        => SingleFileContent.FromModel(first, second, unet, vae, ScalarType.Float16)
            .ToDictionary(tensor => tensor.Name, tensor => new TensorEntry(tensor.Name, tensor.Type, tensor.Shape, 0, 0));

    private static TensorEntry Entry(string name, string text)
    {
        var shape = JsonSerializer.Deserialize<long[]>(text[text.IndexOf('[', StringComparison.Ordinal)..])!;
        return new TensorEntry(name, ScalarType.Float16, shape, 0, 0);
    }

    // Records compare lists by reference.
    private static void AssertEqual<T>(T expected, T actual) => Assert.Equal(JsonSerializer.Serialize(expected), JsonSerializer.Serialize(actual));
}
