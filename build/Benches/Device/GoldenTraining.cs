using System.Text.Json;
using Slipway.Diffusion.Checkpoints;
using Slipway.Diffusion.Files;
using Slipway.Diffusion.Model;
using Slipway.Diffusion.Noise;
using Slipway.Diffusion.Text;
using Slipway.Training.Data;
using Slipway.Training.Losses;
using Slipway.Training.Networks;
using Slipway.Training.Optimizers;
using Slipway.Training.Options;
using Slipway.Training.Schedules;
using static TorchSharp.torch;

namespace Slipway.Build.Benches.Device;

/// <summary>
/// A whole run of sd-scripts' sdxl_train_network.py (both text encoders and UNet, cosine with warm-up, min-SNR 5, buckets), replayed from what it recorded, in
/// float64, so that the order of sums does not count. Tolerances are those of the test that replays it.
/// </summary>
/// <param name="device">Where it is replayed.</param>
/// <param name="root">The clone.</param>
internal sealed class GoldenTraining(DeviceUnderTest device, string root)
{
    private const string Tests = "Training";
    private const string Run = "e2e";
    private const long EndToken = 49407;
    private const int Steps = 8;
    private const double OfLosses = 3e-6;
    private const double OfNorms = 2e-4;

    /// <summary>The check.</summary>
    public DeviceCheck Check => new("golden: a recorded training", FormattableString.Invariant($"losses within {OfLosses:G1}, norms within {OfNorms:G1} of them"), cancel =>
    {
        using var scope = NewDisposeScope();
        using var model = Load();
        var differences = Replay(model, cancel);
        var (losses, norms) = (differences.Max(pair => pair.Loss), differences.Max(pair => pair.Norm));
        return new(losses <= OfLosses && norms <= OfNorms, FormattableString.Invariant($"losses {losses:G2}, norms {norms:G2}"))
        {
            Figures = new Dictionary<string, double>(StringComparer.Ordinal) { ["losses"] = losses, ["norms"] = norms },
        };
    });

    private SdxlModel Load()
    {
        var layout = new SingleFileLayout(GoldenNumbers.PathOf(root, "Diffusion", "tiny_sdxl_base.safetensors"));
        var tokenizer = ClipTokenizer.Load(Path.Combine(root, ShortTraining.EmbeddedModel, "tokenizer"));
        return new SdxlModel
        {
            Tokenizer1 = tokenizer,
            Tokenizer2 = tokenizer,
            TextEncoder1 = layout.LoadTextEncoder1(device.Torch, ScalarType.Float64),
            TextEncoder2 = layout.LoadTextEncoder2(device.Torch, ScalarType.Float64),
            UNet = layout.LoadUNet(device.Torch, ScalarType.Float64),
            Vae = layout.LoadVae(device.Torch),
            Schedule = new NoiseSchedule(new NoiseConfiguration()),
            Device = device.Torch,
            Precision = ScalarType.Float64,
        };
    }

    private List<(double Loss, double Norm)> Replay(SdxlModel model, CancellationToken cancel)
    {
        using var inputs = GoldenNumbers.Open(root, Tests, Run, "steps.safetensors");
        using var recorded = JsonDocument.Parse(File.ReadAllText(GoldenNumbers.PathOf(root, Tests, Run, "losses.json")));
        var expected = recorded.RootElement.GetProperty("correct");
        using var network = Network(model);
        using var parameters = new FlatParameters(ParameterGroup.FromNetwork(network, [LoraGroup.TextEncoder, LoraGroup.UNet]));
        using var optimizer = new AdamW(parameters, new AdamWOptions());
        var loss = new DenoisingLoss(model, new LossFunction(model.Schedule, new LossOptions()), new SnrWeighting(model.Schedule, new SnrWeightingOptions { MinSnrGamma = 5 }));
        var schedule = new LrSchedule("cosine", Steps, warmup: 2);
        network.Attach();
        var differences = new List<(double Loss, double Norm)>();
        for (var step = 0; step < Steps; step++)
        {
            cancel.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var value = loss.Compute(Batch(inputs, step), Condition(model, inputs, step));
            value.backward();
            var norm = GradientNorm.Clip(parameters, 1);
            optimizer.Step([.. parameters.Groups.Select(group => schedule.Rate(step, group.Part == LoraGroup.UNet ? 1e-3 : 5e-4))]);
            parameters.ClearGradients();
            differences.Add((Math.Abs(value.cpu().item<float>() - Of("loss", step)), Math.Abs((norm / Of("grad_norm_before_clip", step)) - 1)));
        }

        return differences;
        double Of(string name, int step) => expected.GetProperty(name)[step].GetDouble();
    }

    private LoraNetwork Network(SdxlModel model)
    {
        using var inference = no_grad();
        using var downs = GoldenNumbers.Open(root, Tests, Run, "init_down.safetensors");
        var network = LoraNetwork.Create(model, new LoraOptions { NetworkDim = 4, NetworkAlpha = 2 }, seed: 1);
        foreach (var adapter in network.Adapters)
            adapter.Parameters.Single(parameter => !parameter.IsUp).Value.copy_(downs.Read(adapter.Name + ".lora_down.weight"));
        return network;
    }

    private MicroBatch Batch(SafetensorsFile inputs, int step) => new(
        Read(inputs, step, "latents_scaled"), Read(inputs, step, "noise"), inputs.Read($"s{step}.timesteps"), inputs.Read($"s{step}.time_ids"))
    {
        Weights = Read(inputs, step, "loss_weights"),
    };

    private Conditioning Condition(SdxlModel model, SafetensorsFile inputs, int step)
    {
        var (first, second) = (Encode(model.TextEncoder1, Read(inputs, step, "ids1")), Encode(model.TextEncoder2, Read(inputs, step, "ids2")));
        return new Conditioning(cat([first.Penultimate, second.Penultimate], -1), second.Pooled!);
    }

    private Tensor Read(SafetensorsFile inputs, int step, string name) => inputs.Read($"s{step}.{name}").to(device.Torch);

    private static EncodedText Encode(ClipTextEncoder encoder, Tensor ids) => encoder.Encode(ids, ids.eq(EndToken).to(ScalarType.Int32).argmax(1));
}
