using Slipway.Diffusion.Checkpoints;
using Slipway.Diffusion.Model;
using Slipway.Diffusion.Modules;
using Slipway.Diffusion.Noise;
using Slipway.Diffusion.Text;
using Slipway.Diffusion.UNets;
using Slipway.Diffusion.Vae;
using Slipway.Training.Data;
using Slipway.Training.Randomness;

namespace Slipway.Training.Tests;

/// <summary>SDXL models small enough for tests, with weights drawn from seeded streams.</summary>
internal static class TinyModel
{
    /// <summary>Its text encoders.</summary>
    public static readonly ClipTextConfiguration Text = new() { VocabSize = 514, HiddenSize = 16, IntermediateSize = 32, NumHiddenLayers = 2, NumAttentionHeads = 2 };

    private static readonly UNetConfiguration Sizes = new()
    {
        SampleSize = 8,
        BlockOutChannels = [16, 32],
        DownBlockTypes = ["DownBlock2D", "CrossAttnDownBlock2D"],
        LayersPerBlock = 1,
        TransformerLayersPerBlock = [0, 1],
        AttentionHeads = [1, 2],
        CrossAttentionDim = 32,
        AdditionTimeEmbedDim = 4,
        ProjectionClassEmbeddingsInputDim = 40,
        NormNumGroups = 4,
    };

    /// <summary>A model that runs: two levels, transformers in the lower one.</summary>
    /// <param name="seed">Of the weights.</param>
    /// <param name="noise">How it is trained.</param>
    /// <param name="precision">Of the weights and of what runs through them, but for the autoencoder.</param>
    public static SdxlModel Create(long seed = 1, NoiseConfiguration? noise = null, ScalarType precision = ScalarType.Float32)
    {
        var model = Fill(Build(Sizes, Text, Text with { WithProjection = true, ProjectionDim = 16, HiddenAct = "gelu" }, noise, precision), seed);
        foreach (var slots in precision == ScalarType.Float32 ? [] : new nn.Module[] { model.TextEncoder1, model.TextEncoder2, model.UNet }.Select(part => new WeightSlots(part)))
        {
            foreach (var key in slots.Keys)
                slots.Fill(key, slots[key].detach().to(precision));
        }
        return model;
    }

    /// <summary>A model of a few million weights in a folder in diffusers' layout.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="text">Sizes of its text encoders; null: tiny ones.</param>
    public static void WriteWide(string folder, ClipTextConfiguration? text = null)
    {
        var sizes = Sizes with { BlockOutChannels = [64, 128] };
        text ??= Text;
        using var model = Fill(Build(sizes, text, text with { WithProjection = true, ProjectionDim = 16, HiddenAct = "gelu" }), seed: 1);
        new DiffusersLayout(folder).Save(model);
        ClipVocabulary.Write(Path.Combine(folder, "tokenizer"), [], "<|endoftext|>");
        ClipVocabulary.Write(Path.Combine(folder, "tokenizer_2"), [], "!");
    }

    /// <summary>The sizes that the reference's module lists were made with; its weights are left as they come.</summary>
    public static SdxlModel WithGoldenSizes() => Build(
        new UNetConfiguration
        {
            SampleSize = 16,
            BlockOutChannels = [32, 64, 128],
            TransformerLayersPerBlock = [1, 1, 2],
            AttentionHeads = [2, 4, 8],
            CrossAttentionDim = 48,
            AdditionTimeEmbedDim = 8,
            ProjectionClassEmbeddingsInputDim = 80,
        },
        Text with { IntermediateSize = 64, NumHiddenLayers = 12 },
        Text with { HiddenSize = 32, IntermediateSize = 128, NumHiddenLayers = 32, NumAttentionHeads = 4, WithProjection = true, ProjectionDim = 32 });

    /// <summary>SDXL's own sizes, without memory for the weights.</summary>
    public static SdxlModel WithSdxlSizes() => Assemble(
        new UNetConfiguration(),
        new ClipTextConfiguration(),
        ClipTextConfiguration.BigG);

    public static TrainingImage Image(string name, string caption, int repeats = 1, int size = 16, byte shade = 200)
    {
        var rgb = new byte[size * size * 3];
        for (var i = 0; i < rgb.Length; i++)
            rgb[i] = (byte)(i / 3 % size < size / 2 ? shade : 255 - shade);
        return new TrainingImage(name, rgb, size, size, caption, repeats);
    }

    private static SdxlModel Build(UNetConfiguration unet, ClipTextConfiguration first, ClipTextConfiguration second, NoiseConfiguration? noise = null, ScalarType precision = ScalarType.Float32)
    {
        var model = Assemble(new ClipTextEncoder(first), new ClipTextEncoder(second), new UNet(unet), noise, precision);
        foreach (var module in Parts(model))
        {
            WeightSlots.Initialise(module);
            Gradients.Require(module, false);
        }
        return model;
    }

    /// <summary>golden/tiny_sdxl_base.safetensors, the small model that the reference's numbers were made with; its tokenizers are not the reference's.</summary>
    /// <param name="noise">How it was trained.</param>
    /// <param name="precision">
    /// Of its weights and of what runs through it. In float64 the order of sums, which is another on every processor, does not reach the
    /// digits that are compared.
    /// </param>
    public static SdxlModel Reference(NoiseConfiguration? noise = null, ScalarType precision = ScalarType.Float32)
    {
        var layout = new SingleFileLayout(Golden.Path("tiny_sdxl_base.safetensors"));
        return Assemble(layout.LoadTextEncoder1(CPU, precision), layout.LoadTextEncoder2(CPU, precision), layout.LoadUNet(CPU, precision), noise, precision);
    }

    private static SdxlModel Assemble(UNetConfiguration unet, ClipTextConfiguration first, ClipTextConfiguration second) =>
        Assemble(new ClipTextEncoder(first), new ClipTextEncoder(second), new UNet(unet));

    private static SdxlModel Assemble(ClipTextEncoder first, ClipTextEncoder second, UNet unet, NoiseConfiguration? noise = null, ScalarType precision = ScalarType.Float32) => new()
    {
        Tokenizer1 = Tokenizer1,
        Tokenizer2 = Tokenizer2,
        TextEncoder1 = first,
        TextEncoder2 = second,
        UNet = unet,
        Vae = new AutoencoderKL(new VaeConfiguration { BlockOutChannels = [8, 8], LayersPerBlock = 1, NormNumGroups = 4 }),
        Schedule = new NoiseSchedule(noise ?? new NoiseConfiguration()),
        Device = CPU,
        Precision = precision,
    };

    private static nn.Module[] Parts(SdxlModel model) => [model.TextEncoder1, model.TextEncoder2, model.UNet, model.Vae];

    private static SdxlModel Fill(SdxlModel model, long seed)
    {
        using var scope = NewDisposeScope();
        using var inference = no_grad();
        foreach (var (name, parameter) in Parts(model).SelectMany((part, i) => part.named_parameters().Select(p => (i + p.name, p.parameter))))
        {
            using var generator = new SeedStream(seed, name).Generator();
            if (parameter.dim() > 1)
                parameter.copy_(randn(parameter.shape, generator: generator) / Math.Sqrt(parameter.numel() / (double)parameter.shape[0]));
            else if (name.EndsWith(".bias", StringComparison.Ordinal))
                parameter.copy_(randn(parameter.shape, generator: generator) / 10);
        }
        return model;
    }

    // They hold nothing that a test could change.
    private static readonly ClipTokenizer Tokenizer1 = Tokenizer("<|endoftext|>");
    private static readonly ClipTokenizer Tokenizer2 = Tokenizer("!");

    // No words: every text is spelt in bytes.
    private static ClipTokenizer Tokenizer(string padToken)
    {
        var folder = Directory.CreateTempSubdirectory("slipway-vocabulary-");
        try
        {
            ClipVocabulary.Write(folder.FullName, [], padToken);
            return ClipTokenizer.Load(folder.FullName);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
