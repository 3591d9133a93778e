using System.Globalization;
using Slipway.Diffusion.Checkpoints;
using Slipway.Diffusion.Model;
using Slipway.Diffusion.Modules;
using Slipway.Diffusion.Text;
using Slipway.Diffusion.UNets;
using Slipway.Diffusion.Vae;
using Slipway.Training.Data;
using Slipway.Training.Losses;
using Slipway.Training.Networks;
using Slipway.Training.Optimizers;
using Slipway.Training.Options;
using TorchSharp;
using static TorchSharp.torch;

namespace Slipway.Build.Benches;

/// <summary>
/// What a training step costs apart from arithmetic: a UNet with all of SDXL's layers, so narrow that they compute next to nothing. A card waits for just
/// this time where it computes faster than it is told what. Times are those of the processor, so that what runs beside it does not count.
/// </summary>
/// <param name="say">Takes the figures, a line each.</param>
internal sealed class HostBench(Action<string> say)
{
    /// <summary>What <c>--scenario</c> calls it.</summary>
    public const string Name = "host";

    private const int Seed = 1;
    private const int Side = 16;

    private static readonly ClipTextConfiguration Text = new() { VocabSize = 514, HiddenSize = 64, IntermediateSize = 64, NumHiddenLayers = 2, NumAttentionHeads = 1 };

    /// <summary>SDXL's depth: 70 transformer blocks, 722 layers with a branch.</summary>
    public static BenchSizes Narrow { get; } = new(
        new UNetConfiguration { BlockOutChannels = [32, 64, 64], AttentionHeads = [1, 1, 1], CrossAttentionDim = 128, ProjectionClassEmbeddingsInputDim = 64 + (6 * 256) },
        Text,
        Text with { HiddenAct = "gelu", WithProjection = true, ProjectionDim = 64 },
        new VaeConfiguration { BlockOutChannels = [32, 32], LayersPerBlock = 1 },
        Side,
        ForwardFlop: 0);

    /// <summary>Takes so many steps of each kind and says what the quickest of them took.</summary>
    public void Run(int steps, CancellationToken cancel) => RaisedPrecision.Without(() => MeasureAll(steps, cancel));

    private void MeasureAll(int steps, CancellationToken cancel)
    {
        set_num_threads(1);
        var folder = Directory.CreateTempSubdirectory("slipway-host-").FullName;
        try
        {
            var path = Path.Combine(folder, "random.safetensors");
            using (var checkpoint = new RandomCheckpoint(Narrow, Seed))
                checkpoint.Write(path, cancel);
            foreach (var type in new[] { ScalarType.Float32, ScalarType.BFloat16 })
            {
                using var model = SdxlCheckpoint.Load(path, CPU, type);
                foreach (var (checkpointing, joined) in new[] { (false, false), (false, true), (true, false), (true, true) })
                    Measure(model, checkpointing, joined, steps, cancel);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // Joined, as branches are on a card.
    private void Measure(SdxlModel model, bool checkpointing, bool joined, int steps, CancellationToken cancel)
    {
        using var network = LoraNetwork.Create(model, new LoraOptions { NetworkDim = 4, NetworkAlpha = 4, NetworkTrainUnetOnly = true }, Seed);
        using var parameters = new FlatParameters(ParameterGroup.FromNetwork(network, [LoraGroup.UNet]));
        using var optimizer = new AdamW(parameters, new AdamWOptions());
        using var lowered = model.Precision == ScalarType.Float32 ? null : new LoweredParameters(parameters, model.Precision);
        using var conditioning = Encode(model);
        model.UNet.GradientCheckpointing = checkpointing;
        if (joined)
            network.JoinBranches();
        network.Attach();
        var taken = new List<(double Forward, double Backward, double Optimizer, long Tensors)>();
        for (var step = 0; step < steps; step++)
        {
            cancel.ThrowIfCancellationRequested();
            taken.Add(Step(model, conditioning, network, parameters, lowered, optimizer, step));
        }

        using var operators = OperatorCount.IsKnown ? new OperatorCount() : null;
        Step(model, conditioning, network, parameters, lowered, optimizer, steps);
        model.UNet.GradientCheckpointing = false;
        say(string.Create(
            CultureInfo.InvariantCulture,
            $"{(model.Precision == ScalarType.Float32 ? "f32" : "bf16") + (checkpointing ? ", checkpointed" : "") + (joined ? ", joined" : ""),-26}  forward {taken.Min(t => t.Forward),4:F0} ms, backward {taken.Min(t => t.Backward),4:F0} ms, optimizer {taken.Min(t => t.Optimizer),3:F0} ms, {taken[^1].Tensors:N0} tensors{(operators is null ? "" : $", {operators.Dispatched:N0} operators, {operators.Launched:N0} launches")} a step"));
    }

    private static Conditioning Encode(SdxlModel model)
    {
        using var noGradient = no_grad();
        return new PromptEncoder(model).Encode(["a sailing boat"]);
    }

    private static (double Forward, double Backward, double Optimizer, long Tensors) Step(SdxlModel model, Conditioning conditioning, LoraNetwork network, FlatParameters parameters, LoweredParameters? lowered, AdamW optimizer, int step)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(Seed);
        var statistics = DisposeScopeManager.Statistics;
        var before = statistics.CreatedInScopeCount + statistics.CreatedOutsideScopeCount;
        Tensor Draw() => randn([1, 4, Side / 2, Side / 2], generator: generator).to(model.Precision);
        var batch = new MicroBatch(Draw(), Draw(), tensor(new long[] { 500 }), tensor(new float[] { Side, Side, 0, 0, Side, Side }).view(1, 6));
        var loss = new DenoisingLoss(model, new LossFunction(model.Schedule, new LossOptions()), new SnrWeighting(model.Schedule, new SnrWeightingOptions()));
        var clock = Environment.CpuUsage.TotalTime;
        double Taken()
        {
            var (start, now) = (clock, clock = Environment.CpuUsage.TotalTime);
            return (now - start).TotalMilliseconds;
        }

        network.BeginMicroBatch(step);
        lowered?.Begin();
        var value = loss.Compute(batch, conditioning);
        var forward = Taken();
        model.UNet.Backward(value);
        lowered?.End();
        network.EndMicroBatch();
        var backward = Taken();
        GradientNorm.Clip(parameters, 1);
        optimizer.Step([1e-4]);
        parameters.ClearGradients();
        return (forward, backward, Taken(), statistics.CreatedInScopeCount + statistics.CreatedOutsideScopeCount - before);
    }
}
