using Slipway.Demo.Scenes;
using Slipway.Demo.Tagging;
using Slipway.Diffusion.Checkpoints;
using Slipway.Diffusion.Model;
using Slipway.Diffusion.Modules;
using Slipway.Diffusion.Noise;
using Slipway.Diffusion.Text;
using Slipway.Diffusion.UNets;
using static TorchSharp.torch;

namespace Slipway.Demo.Recipes;

/// <summary>
/// The recipe of <c>datasets/tiny-sdxl/</c>: vocabulary, autoencoder, UNet and text encoders, tagger, all trained
/// from nothing on the drawn world. One seed, a fixed number of steps: the same machine class and thread count
/// give the same bytes.
/// </summary>
/// <param name="Folder">Where the model is written, in diffusers' layout.</param>
/// <param name="Seed">Seeds everything.</param>
public sealed record DemoModels(string Folder, int Seed = 1)
{
    /// <summary>Optimizer steps of the autoencoder.</summary>
    public int VaeSteps { get; init; } = 4500;

    /// <summary>Optimizer steps that the decoder gets more, once the latents are settled.</summary>
    public int DecoderSteps { get; init; } = 5000;

    /// <summary>Optimizer steps of UNet and text encoders.</summary>
    public int UNetSteps { get; init; } = 6500;

    /// <summary>Scenes that UNet and text encoders learn from.</summary>
    public int Scenes { get; init; } = 24_000;

    /// <summary>Optimizer steps of the tagger.</summary>
    public int TaggerSteps { get; init; } = 4000;

    /// <summary>Trains all of it, and reports what came out.</summary>
    public void Run(Action<string> log)
    {
        Train(log);
        new ModelReport(Folder).Run(log);
    }

    /// <summary>Trains all of it.</summary>
    public void Train(Action<string> log)
    {
        TrainVae(log);
        TrainUNet(log);
        FinetuneDecoder(log);
        new TaggerRecipe(Seed, TaggerSteps).Run(Path.Combine(Folder, "tagger"), log);
    }

    /// <summary>Trains the autoencoder and writes it.</summary>
    public void TrainVae(Action<string> log)
    {
        using var vae = new VaeRecipe(Seed, VaeSteps).Run(SceneGenerator.Side, log, (snapshot, step) => log($"vae: {step} steps"));
        log($"vae: scaling factor {vae.ScalingFactor}");
        new DiffusersLayout(Folder).SaveVae(vae);
    }

    /// <summary>Goes on with the decoder of the autoencoder in the folder.</summary>
    public void FinetuneDecoder(Action<string> log)
    {
        var layout = new DiffusersLayout(Folder);
        using var vae = layout.LoadVae(CPU);
        new VaeRecipe(Seed, VaeSteps).FinetuneDecoder(vae, DecoderSteps, SceneGenerator.Side, log, () => layout.SaveVae(vae));
        layout.SaveVae(vae);
    }

    /// <summary>Trains UNet and text encoders on the autoencoder in the folder and writes the whole model.</summary>
    public void TrainUNet(Action<string> log)
    {
        WriteTokenizers();
        random.manual_seed(Seed);
        var tokenizer1 = ClipTokenizer.Load(Path.Combine(Folder, "tokenizer"));
        using var model = new SdxlModel
        {
            Tokenizer1 = tokenizer1,
            Tokenizer2 = ClipTokenizer.Load(Path.Combine(Folder, "tokenizer_2")),
            TextEncoder1 = new ClipTextEncoder(UNetRecipe.TextSizes1(tokenizer1.VocabularySize)),
            TextEncoder2 = new ClipTextEncoder(UNetRecipe.TextSizes2(tokenizer1.VocabularySize)),
            UNet = new UNet(UNetRecipe.Sizes),
            Vae = new DiffusersLayout(Folder).LoadVae(CPU),
            Schedule = new NoiseSchedule(new NoiseConfiguration()),
            Device = CPU,
            Precision = ScalarType.Float32,
        };
        WeightSlots.Initialise(model.TextEncoder1);
        WeightSlots.Initialise(model.TextEncoder2);
        WeightSlots.Initialise(model.UNet);
        var layout = new DiffusersLayout(Folder);
        new UNetRecipe(Seed, UNetSteps, Scenes).Run(model, SceneGenerator.Side, log, _ => layout.Save(model));
        layout.Save(model);
    }

    /// <summary>One vocabulary for both tokenizers; only the padding differs, as in SDXL.</summary>
    private void WriteTokenizers()
    {
        ClipVocabulary.Write(Path.Combine(Folder, "tokenizer"), Prompts.Words, padToken: "<|endoftext|>");
        ClipVocabulary.Write(Path.Combine(Folder, "tokenizer_2"), Prompts.Words, padToken: "!");
    }
}
