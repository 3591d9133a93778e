using Slipway.Diffusion.Checkpoints;
using Slipway.Diffusion.Model;
using Slipway.Diffusion.Sampling;
using Slipway.Diffusion.Text;
using Slipway.Diffusion.UNets;
using Slipway.Diffusion.Vae;
using Slipway.Training.Data;
using Slipway.Training.Losses;
using Slipway.Training.Networks;
using Slipway.Training.Optimizers;
using Slipway.Training.Options;
using static TorchSharp.torch;

namespace Slipway.Build.Benches;

/// <summary>
/// SDXL at full size with random weights, on the CPU in bf16 (the autoencoder in f32): writes a checkpoint into a temporary
/// folder, goes through all kinds of jobs with it in a process of their own, then loads it, takes a denoising step with guidance, a LoRA training step,
/// and decodes. Says seconds and peak memory.
/// </summary>
/// <param name="sizes">Of the model.</param>
/// <param name="say">Takes the figures, a line each.</param>
/// <param name="root">Where Slipway's own data sets are.</param>
internal sealed class FullSizeBench(BenchSizes sizes, Action<string> say, string root)
{
    /// <summary>What <c>--scenario</c> calls it.</summary>
    public const string Name = "full-size";

    private const int Seed = 1;
    private const double KiBOfGiB = 1 << 20;

    /// <summary>stable-diffusion-xl-base-1.0 at its own size.</summary>
    public static BenchSizes Sdxl { get; } = new(
        new UNetConfiguration(),
        new ClipTextConfiguration(),
        ClipTextConfiguration.BigG,
        new VaeConfiguration(),
        Side: 1024,
        ForwardFlop: 6.76e12);

    private readonly PhaseMeter _meter = new(say);

    /// <summary>Runs all phases; the temporary folder goes as soon as the model is loaded, or when anything fails.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        using var model = await LoadAsync(cancel);
        using var conditioning = _meter.Measure("text encoders, one prompt", () => Encode(model));
        cancel.ThrowIfCancellationRequested();
        using var latents = _meter.Measure("denoising step, guided (2 forwards)", () => Denoise(model, cancel), 2 * sizes.ForwardFlop);
        cancel.ThrowIfCancellationRequested();
        Train(model, conditioning);
        cancel.ThrowIfCancellationRequested();
        Decode(model.Vae, latents);
    }

    private async Task<SdxlModel> LoadAsync(CancellationToken cancel)
    {
        var folder = Directory.CreateTempSubdirectory("slipway-full-size-").FullName;
        try
        {
            var path = Path.Combine(folder, FullSizePlan.Checkpoint);
            using (var checkpoint = new RandomCheckpoint(sizes, Seed))
                _meter.Measure("checkpoint written, f16", () => checkpoint.Write(path, cancel));
            FullSizePlan.Write(folder, root, sizes.Side);
            var (seconds, peak) = await PlanProcess.RunAsync(folder, "Evaluate", cancel);
            _meter.Say("all kinds of jobs, in one process", seconds, peak / KiBOfGiB);
            return _meter.Measure("checkpoint loaded, bf16", () => SdxlCheckpoint.Load(path, CPU, ScalarType.BFloat16));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Conditioning Encode(SdxlModel model)
    {
        using var noGradient = no_grad();
        return new PromptEncoder(model).Encode(["a sailing boat"]);
    }

    private Tensor Denoise(SdxlModel model, CancellationToken cancel) =>
        new TextToImage(model).GenerateLatents(
            [new SamplingRequest("a sailing boat", "", Seed, sizes.Side, sizes.Side)], new SamplingOptions("Euler", Steps: 1, Guidance: 5), cancel: cancel);

    /// <summary>
    /// UNet only, rank 16, gradient checkpointing. Operations counted: forward, the same again in the backward pass, and the
    /// gradients of what goes into each layer; the base weights have none.
    /// </summary>
    private void Train(SdxlModel model, Conditioning conditioning)
    {
        using var network = LoraNetwork.Create(model, new LoraOptions { NetworkDim = 16, NetworkAlpha = 8, NetworkTrainUnetOnly = true }, Seed);
        using var parameters = new FlatParameters(ParameterGroup.FromNetwork(network, [LoraGroup.UNet]));
        using var optimizer = new AdamW(parameters, new AdamWOptions());
        model.UNet.GradientCheckpointing = true;
        network.Attach();
        var norm = _meter.Measure("training step (3 forwards' work)", () => Step(model, conditioning, parameters, optimizer), 3 * sizes.ForwardFlop);
        model.UNet.GradientCheckpointing = false;
        if (!(norm > 0 && double.IsFinite(norm)))
            throw new InvalidOperationException($"The training step's gradients have a norm of {norm}; expected a positive number.");
    }

    private double Step(SdxlModel model, Conditioning conditioning, FlatParameters parameters, AdamW optimizer)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(Seed);
        var side = sizes.Side / sizes.Vae.Downscale;
        Tensor Draw() => randn([1, sizes.Vae.LatentChannels, side, side], generator: generator);
        var timeIds = tensor(new float[] { sizes.Side, sizes.Side, 0, 0, sizes.Side, sizes.Side }).view(1, 6);
        var loss = new DenoisingLoss(model, new LossFunction(model.Schedule, new LossOptions()), new SnrWeighting(model.Schedule, new SnrWeightingOptions()));
        loss.Compute(new MicroBatch(Draw(), Draw(), tensor(new long[] { 500 }), timeIds), conditioning).backward();
        var norm = GradientNorm.Clip(parameters, 1);
        optimizer.Step([1e-4]);
        parameters.ClearGradients();
        return norm;
    }

    private void Decode(AutoencoderKL vae, Tensor latents)
    {
        using var noGradient = no_grad();
        using var unscaled = latents / vae.ScalingFactor;
        _meter.Measure("autoencoder's decode, whole", () => vae.Decode(unscaled).Dispose());
        _meter.Measure("autoencoder's decode, tiled", () => vae.DecodeTiled(unscaled, TileGrid.Default).Dispose());
    }
}
