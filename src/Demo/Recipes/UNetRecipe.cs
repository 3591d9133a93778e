using Slipway.Demo.Learning;
using Slipway.Demo.Scenes;
using Slipway.Diffusion.Model;
using Slipway.Diffusion.Modules;
using Slipway.Diffusion.Sampling;
using Slipway.Diffusion.Text;
using Slipway.Diffusion.UNets;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Slipway.Demo.Recipes;

/// <summary>
/// Trains the embedded UNet and both text encoders together, from nothing, on the latents of drawn scenes:
/// noise prediction with min-SNR weighting (γ = 5, Hang et al. 2023), averaged weights.
/// </summary>
/// <param name="Seed">Seeds weights, scenes, captions, timesteps and noise.</param>
/// <param name="Steps">Optimizer steps.</param>
/// <param name="Scenes">Pictures in the training set, encoded once.</param>
/// <param name="BatchSize">Latents a step.</param>
internal sealed record UNetRecipe(int Seed, int Steps, int Scenes, int BatchSize = 16)
{
    private const double PeakRate = 1e-3;
    private const double MinSnrGamma = 5;

    /// <summary>UNet sizes at 16×16 latents; context and pooled widths follow the text encoders'.</summary>
    public static UNetConfiguration Sizes { get; } = new()
    {
        SampleSize = 16,
        BlockOutChannels = [64, 96, 96],
        LayersPerBlock = 1,
        TransformerLayersPerBlock = [0, 1, 1],
        AttentionHeads = [4, 6, 6],
        CrossAttentionDim = 160,
        AdditionTimeEmbedDim = 16,
        ProjectionClassEmbeddingsInputDim = 96 + (6 * 16),
        NormNumGroups = 16,
    };

    /// <summary>CLIP-L's part: quick GELU, no projection.</summary>
    public static ClipTextConfiguration TextSizes1(int vocabulary) => new()
    {
        VocabSize = vocabulary,
        HiddenSize = 64,
        IntermediateSize = 256,
        NumHiddenLayers = 2,
        NumAttentionHeads = 4,
        HiddenAct = "quick_gelu",
        ProjectionDim = 64,
    };

    /// <summary>bigG's part: exact GELU, with the projection of the pooled embedding.</summary>
    public static ClipTextConfiguration TextSizes2(int vocabulary) => new()
    {
        VocabSize = vocabulary,
        HiddenSize = 96,
        IntermediateSize = 384,
        NumHiddenLayers = 2,
        NumAttentionHeads = 6,
        HiddenAct = "gelu",
        ProjectionDim = 96,
        WithProjection = true,
    };

    /// <summary>Trains <paramref name="model"/>'s UNet and text encoders in place.</summary>
    public void Run(SdxlModel model, int size, Action<string> log, Action<int>? snapshot = null)
    {
        log($"unet: {Count(model.UNet):N0} parameters, text encoders: {Count(model.TextEncoder1) + Count(model.TextEncoder2):N0}");
        var (latents, tags) = Encode(model, size, log);
        nn.Module[] modules = [model.UNet, model.TextEncoder1, model.TextEncoder2];
        var parameters = modules.SelectMany(module => module.parameters()).ToArray();
        foreach (var module in modules)
        {
            module.train();
            Gradients.Require(module, true);
        }

        using var average = new WeightAverage(modules, 0.9995);
        var rate = new CosineRate(PeakRate, 300, Steps);
        using var optimizer = optim.AdamW(parameters, PeakRate, weight_decay: 1e-3);
        var clock = System.Diagnostics.Stopwatch.StartNew();
        double sum = 0;
        for (var step = 0; step < Steps; step++)
        {
            optimizer.ParamGroups.First().LearningRate = rate.At(step);
            sum += Step(model, optimizer, parameters, latents, tags, step, size);
            average.Update();
            if ((step + 1) % 100 == 0)
            {
                log($"unet {step + 1}/{Steps} loss {sum / 100:F4} {clock.Elapsed.TotalSeconds:F0} s");
                sum = 0;
            }

            if ((step + 1) % 1000 == 0 && snapshot is not null)
            {
                average.Swap();
                snapshot(step + 1);
                average.Swap();
            }
        }

        average.Swap();
        foreach (var module in modules)
        {
            module.eval();
            Gradients.Require(module, false);
        }

        latents.Dispose();
    }

    private double Step(
        SdxlModel model, optim.Optimizer optimizer, Parameter[] parameters, Tensor latents, IReadOnlyList<string>[] tags, int step, int size)
    {
        using var scope = NewDisposeScope();
        var random = new Random(HashCode(step));
        using var generator = new Generator((ulong)HashCode(step));
        var rows = Enumerable.Range(0, BatchSize).Select(_ => (long)random.Next(Scenes)).ToArray();
        var captions = rows.Select(row => Prompts.Caption(tags[row], random)).ToArray();
        var clean = latents.index_select(0, tensor(rows)).to(ScalarType.Float32);
        var noise = randn(clean.shape, generator: generator);
        var timesteps = randint(0, 1000, [BatchSize], dtype: ScalarType.Int64, generator: generator);
        var weights = timesteps.data<long>().ToArray()
            .Select(t => (float)(Math.Min(model.Schedule.Snr(t), MinSnrGamma) / model.Schedule.Snr(t))).ToArray();
        var timeIds = tensor(new float[] { size, size, 0, 0, size, size }).repeat(BatchSize, 1);

        var conditioning = new PromptEncoder(model).Encode(captions);
        var predicted = model.UNet.call(
            model.Schedule.AddNoise(clean, noise, timesteps), timesteps, conditioning.Context, conditioning.Pooled, timeIds);
        var loss = ((predicted - noise).pow(2).mean([1L, 2L, 3L]) * tensor(weights)).mean();
        optimizer.zero_grad();
        loss.backward();
        nn.utils.clip_grad_norm_(parameters, 1.0);
        optimizer.step();
        return loss.item<float>();
    }

    /// <summary>Draws and encodes the training set; the latents (means, scaled) are kept in f16.</summary>
    private (Tensor Latents, IReadOnlyList<string>[] Tags) Encode(SdxlModel model, int size, Action<string> log)
    {
        using var noGrad = no_grad();
        var tags = new IReadOnlyList<string>[Scenes];
        var parts = new List<Tensor>();
        for (var start = 0; start < Scenes; start += 64)
        {
            using var scope = NewDisposeScope();
            var scenes = Enumerable.Range(start, Math.Min(64, Scenes - start))
                .Select(index => SceneGenerator.Draw(((ulong)Seed << 41) + (ulong)index, size)).ToArray();
            for (var i = 0; i < scenes.Length; i++)
                tags[start + i] = scenes[i].Tags;

            var pictures = Pixels.FromRgb([.. scenes.Select(scene => scene.Picture.ToRgb())], size, size);
            parts.Add((model.Vae.Encode(pictures).Mean * model.Vae.ScalingFactor).to(ScalarType.Float16).DetachFromDisposeScope());
        }

        var latents = cat(parts);
        parts.ForEach(part => part.Dispose());
        using var deviation = latents.to(ScalarType.Float32).std();
        log($"unet: {Scenes} scenes encoded, latents' deviation {deviation.item<float>():F3}");
        return (latents, tags);
    }

    private int HashCode(int step) => unchecked((Seed * 486_187_739) + step);

    private static long Count(nn.Module module) => module.parameters().Sum(parameter => parameter.numel());
}
