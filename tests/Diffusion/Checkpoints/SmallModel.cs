using Slipway.Diffusion.Checkpoints;
using Slipway.Diffusion.Model;
using Slipway.Diffusion.Modules;
using Slipway.Diffusion.Noise;
using Slipway.Diffusion.Text;
using Slipway.Diffusion.UNets;
using Slipway.Diffusion.Vae;
using static TorchSharp.torch;

namespace Slipway.Diffusion.Tests.Checkpoints;

/// <summary>An SDXL model of a few thousand random numbers, and folders of it.</summary>
internal static class SmallModel
{
    private static readonly ClipTextConfiguration Text = new() { VocabSize = 514, HiddenSize = 8, IntermediateSize = 12, NumHiddenLayers = 2, NumAttentionHeads = 2, ProjectionDim = 8 };

    /// <summary>Values that f16 holds exactly.</summary>
    public static SdxlModel Create(NoiseConfiguration? noise = null)
    {
        using var tokenizers = new TemporaryFolder();
        WriteTokenizers(tokenizers.Path);
        var model = new SdxlModel
        {
            Tokenizer1 = ClipTokenizer.Load(tokenizers["tokenizer"]),
            Tokenizer2 = ClipTokenizer.Load(tokenizers["tokenizer_2"]),
            TextEncoder1 = new ClipTextEncoder(Text),
            TextEncoder2 = new ClipTextEncoder(Text with { WithProjection = true, HiddenAct = "gelu" }),
            UNet = new UNet(new UNetConfiguration
            {
                BlockOutChannels = [8, 16],
                DownBlockTypes = ["DownBlock2D", "CrossAttnDownBlock2D"],
                LayersPerBlock = 1,
                TransformerLayersPerBlock = [1, 1],
                AttentionHeads = [1, 2],
                CrossAttentionDim = 16,
                AdditionTimeEmbedDim = 4,
                ProjectionClassEmbeddingsInputDim = 32,
                NormNumGroups = 4,
            }),
            Vae = new AutoencoderKL(new VaeConfiguration { BlockOutChannels = [8, 8], LayersPerBlock = 1, NormNumGroups = 4 }),
            Schedule = new NoiseSchedule(noise ?? new NoiseConfiguration()),
            Device = CPU,
            Precision = ScalarType.Float32,
        };
        using var generator = new Generator(7);
        foreach (var part in new nn.Module[] { model.TextEncoder1, model.TextEncoder2, model.UNet, model.Vae })
        {
            var slots = new WeightSlots(part);
            foreach (var key in slots.Keys)
                slots.Fill(key, randint(-256, 256, slots[key].shape, generator: generator).to(ScalarType.Float32) / 256);
        }

        return model;
    }

    /// <summary>Writes a complete folder in diffusers' layout.</summary>
    public static void Write(string folder, SdxlModel model)
    {
        new DiffusersLayout(folder).Save(model);
        WriteTokenizers(folder);
    }

    /// <summary>Two tokenizers without words: every text is spelt in bytes.</summary>
    public static void WriteTokenizers(string folder)
    {
        ClipVocabulary.Write(Path.Combine(folder, "tokenizer"), [], "<|endoftext|>");
        ClipVocabulary.Write(Path.Combine(folder, "tokenizer_2"), [], "!");
    }

    /// <summary>Every tensor by part and key.</summary>
    public static Dictionary<string, Tensor> Tensors(SdxlModel model)
        => new (string Part, nn.Module Module)[] { ("te1", model.TextEncoder1), ("te2", model.TextEncoder2), ("unet", model.UNet), ("vae", model.Vae) }
            .SelectMany(part => part.Module.state_dict().Select(pair => ($"{part.Part} {pair.Key}", pair.Value)))
            .ToDictionary(pair => pair.Item1, pair => pair.Value);

    public static void AssertEqual(SdxlModel expected, SdxlModel actual)
    {
        var (first, second) = (Tensors(expected), Tensors(actual));
        Xunit.Assert.Equal(first.Keys, second.Keys);
        foreach (var (key, tensor) in first)
            Xunit.Assert.True(tensor.to(ScalarType.Float32).equal(second[key].to(ScalarType.Float32)).all().item<bool>(), key);
    }
}
