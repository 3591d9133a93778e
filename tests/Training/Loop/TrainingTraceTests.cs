using System.Text.Json;
using Slipway.Diffusion.Files;
using Slipway.Diffusion.Model;
using Slipway.Diffusion.Noise;
using Slipway.Diffusion.Text;
using Slipway.Training.Data;
using Slipway.Training.LoraFiles;
using Slipway.Training.Losses;
using Slipway.Training.Networks;
using Slipway.Training.Optimizers;
using Slipway.Training.Options;
using Slipway.Training.Tests.Networks;

namespace Slipway.Training.Tests.Loop;

/// <summary>
/// golden/lora/train*: two trainings of sd-scripts' networks on its small model, with everything that went into each step. The first
/// is chaotic (rates far above use, gradients of 10), the second well conditioned. In float32 the order of sums, another on every
/// processor, moves the first one's norms by up to 30 %; so both run in float64 against the reference's float64 run (the LoRA and its
/// optimizer stay in float32 here). With SSE4, AVX2 and AVX-512 they come out alike; tolerances are three times what is seen.
/// </summary>
[Trait("Tier", "slow")]
public sealed class TrainingTraceTests : IDisposable
{
    private const long EndToken = 49407;
    private static readonly JsonElement Traces = JsonDocument.Parse(File.ReadAllText(Golden.Path(Path.Combine("lora", "train.json")))).RootElement;
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    /// <summary>UNet alone, noise prediction, squared error, 20 steps.</summary>
    [Fact]
    public void The_unets_training_takes_the_references_course()
    {
        using var model = TinyModel.Reference(precision: ScalarType.Float64);
        var trace = new Trace("unet_eps", 8e-5, 1e-3, 8e-3, 1e-2);
        Replay(model, trace, "lora_a_dim4_alpha2", [(LoraGroup.UNet, 1e-3)], new SnrWeightingOptions(), (inputs, i) => new Conditioning(inputs.Read("contexts")[i], inputs.Read("pooled")[i]));
    }

    /// <summary>Both text encoders, UNet and its convolutions, velocity prediction, min-SNR 5, 10 steps.</summary>
    [Fact]
    public void A_training_of_everything_takes_the_references_course()
    {
        using var model = TinyModel.Reference(new NoiseConfiguration { PredictionType = "v_prediction" }, ScalarType.Float64);
        var trace = new Trace("full_te_minsnr_vpred_conv", 2e-7, 1e-4, 4e-6, 5e-5);
        Replay(model, trace, "lora_conv_dim4_alpha2_convdim2_convalpha1", [(LoraGroup.TextEncoder, 5e-4), (LoraGroup.UNet, 1e-3)], new SnrWeightingOptions { MinSnrGamma = 5 }, (inputs, i) =>
        {
            var (first, second) = (Encode(model.TextEncoder1, inputs.Read("ids1")[i]), Encode(model.TextEncoder2, inputs.Read("ids2")[i]));
            return new Conditioning(cat([first.Penultimate, second.Penultimate], -1), second.Pooled!);
        });
    }

    /// <param name="Name">Of the trace.</param>
    /// <param name="Loss">Greatest difference of a step's loss.</param>
    /// <param name="Gradient">Greatest difference of a gradient of the first step, as a share of its largest value.</param>
    /// <param name="Norm">Greatest difference of a step's gradient norm, as a share of it.</param>
    /// <param name="Weights">Greatest difference of the median layer's final weights, as a share of their norm.</param>
    private sealed record Trace(string Name, double Loss, double Gradient, double Norm, double Weights);

    private static void Replay(
        SdxlModel model, Trace trace, string init, (LoraGroup Group, double Rate)[] groups, SnrWeightingOptions weighting, Func<SafetensorsFile, long, Conditioning> condition)
    {
        using var inputs = Open($"train_{trace.Name}.inputs");
        using var network = Initial(model, init, groups);
        using var parameters = new FlatParameters(ParameterGroup.FromNetwork(network, [.. groups.Select(g => g.Group)]));
        using var optimizer = new AdamW(parameters, new AdamWOptions());
        var objective = new DenoisingLoss(model, new LossFunction(model.Schedule, new LossOptions()), new SnrWeighting(model.Schedule, weighting));
        var expected = Traces.GetProperty(trace.Name);
        network.Attach();
        for (var step = 0; step < expected.GetProperty("loss").GetArrayLength(); step++)
        {
            using var scope = NewDisposeScope();
            var batch = new MicroBatch(inputs.Read("latents")[step], inputs.Read("noise")[step], inputs.Read("timesteps")[step], inputs.Read("time_ids"));
            var loss = objective.Compute(batch, condition(inputs, step % 4));
            loss.backward();
            if (step == 0)
                RequireGradients(network, inputs, trace.Gradient);
            var (wanted, norm) = (expected.GetProperty("loss_float64_run")[step].GetDouble(), expected.GetProperty("grad_norm_float64_run")[step].GetDouble());
            Assert.InRange(Math.Abs(loss.item<float>() - wanted), 0, step == 0 ? Math.Min(1.5e-6, trace.Loss) : trace.Loss);
            Assert.InRange(GradientNorm.Clip(parameters, 1) / norm, 1 - trace.Norm, 1 + trace.Norm);
            optimizer.Step([.. groups.Select(g => g.Rate)]);
            parameters.ClearGradients();
        }
        RequireWeights(network, trace);
    }

    private static LoraNetwork Initial(SdxlModel model, string file, (LoraGroup Group, double Rate)[] groups)
    {
        using var inference = no_grad();
        var loaded = LoraFile.Load(model, Golden.Path(Path.Combine("lora", file + ".safetensors")));
        foreach (var module in loaded.Adapters)
            module.Up.zero_();
        return new LoraNetwork(loaded.Adapters.Where(module => groups.Any(g => g.Group == module.Target.Group)));
    }

    private static void RequireGradients(LoraNetwork network, SafetensorsFile inputs, double tolerance)
    {
        var ups = network.Adapters.ToDictionary(module => $"grad1.{module.Name}.lora_up.weight", module => module.Up.grad!, StringComparer.Ordinal);
        var keys = inputs.Tensors.Keys.Where(key => key.StartsWith("grad1.", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(keys);
        Assert.All(keys, key => Assert.InRange(Golden.RelativeError(ups[key], inputs.Read(key)), 0, tolerance));
    }

    // Every fourth layer's final weights are kept. Gradients of the first level's time embeddings cancel (its normalisation has a channel a group): what is left is rounding,
    // which AdamW enlarges to whole steps. They and the first encoder's last layer, which nothing reaches, are outside the median.
    private static void RequireWeights(LoraNetwork network, Trace trace)
    {
        using var final = Open($"train_{trace.Name}.final");
        var errors = network.Adapters.Where(module => final.Tensors.ContainsKey(module.Name + ".lora_up.weight"))
            .Select(module => Distance(module.Down, final.Read(module.Name + ".lora_down.weight")) + Distance(module.Up, final.Read(module.Name + ".lora_up.weight")))
            .Order().ToList();
        Assert.InRange(errors.Count, network.Adapters.Count / 4, network.Adapters.Count);
        Assert.InRange(errors[errors.Count / 2], 0, trace.Weights);
        Assert.InRange(errors.Count(error => error > 0.1), 0, 5);
    }

    private static double Distance(Tensor actual, Tensor expected) =>
        expected.norm().item<float>() is > 0 and var norm ? (actual.detach() - expected).norm().item<float>() / norm : actual.norm().item<float>();

    private static EncodedText Encode(ClipTextEncoder encoder, Tensor ids) => encoder.Encode(ids, ids.eq(EndToken).to(ScalarType.Int32).argmax(1));

    private static SafetensorsFile Open(string name) => SafetensorsFile.Open(Golden.Path(Path.Combine("lora", name + ".safetensors")));
}
