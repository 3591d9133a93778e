using Slipway.Diffusion.Model;
using Slipway.Diffusion.Noise;
using Slipway.Training.Data;
using Slipway.Training.Hooks;
using Slipway.Training.Loop;
using Slipway.Training.Losses;
using Slipway.Training.Networks;
using Slipway.Training.Options;
using Slipway.Training.Saves;

namespace Slipway.Training.Tests.Loop;

/// <summary>Options that change what a step does to the weights: each does what its name says.</summary>
[Trait("Tier", "slow")]
public sealed class TrainingOptionTests : IDisposable
{
    private static readonly TrainingImage[] Images = [TinyModel.Image("1_x/a.png", "sail_kun, beach", 2), TinyModel.Image("1_x/b.png", "sail_kun, forest", 1, shade: 30)];
    private static readonly TrainingOptions Options = new() { Network = new() { NetworkDim = 2, NetworkAlpha = 2 }, LearningRate = 1e-2, MaxTrainSteps = 6, TrainBatchSize = 1 };

    // Of all optimizers the plainest: a first step moves each value by rate × gradient.
    private static readonly TrainingOptions OneStep = Options with { Optimizer = new() { OptimizerType = "SGD" }, MaxTrainSteps = 1, MaxGradNorm = 0 };

    private readonly SdxlModel _model = TinyModel.Create();
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose()
    {
        _scope.Dispose();
        _model.Dispose();
    }

    [Fact]
    public void Each_part_of_the_model_has_its_rate()
    {
        var plain = Ups(OneStep);
        var other = Ups(OneStep with { UnetLr = 5e-3, TextEncoderLr = 4e-2 });
        foreach (var (name, up) in plain)
            Assert.InRange(Golden.MaxError(other[name], up * (name.StartsWith("lora_unet", StringComparison.Ordinal) ? 0.5 : 4)), 0, 1e-6);
        Assert.All(["lora_unet", "lora_te1", "lora_te2"], part => Assert.Contains(plain, up => up.Key.StartsWith(part, StringComparison.Ordinal) && up.Value.abs().max().item<float>() > 1e-5));
    }

    [Theory]
    [InlineData(null, null, 16, 16)]
    [InlineData(null, 2.0, 16, 2)]
    [InlineData(8.0, null, 8, 16)]
    public void LoRA_plus_trains_ups_faster_and_downs_as_before(double? unet, double? text, double unetRatio, double textRatio)
    {
        var ratios = new LoraPlusOptions { LoraplusLrRatio = 16, LoraplusUnetLrRatio = unet, LoraplusTextEncoderLrRatio = text };
        var plain = Ups(OneStep);
        foreach (var (name, up) in Ups(OneStep with { LoraPlus = ratios }))
            Assert.InRange(Golden.MaxError(up, plain[name] * (name.StartsWith("lora_unet", StringComparison.Ordinal) ? unetRatio : textRatio)), 0, 1e-5);

        // With ups at zero no gradient reaches the downs in the first step.
        using var network = Train(OneStep);
        using var faster = Train(OneStep with { LoraPlus = ratios });
        Assert.All(network.Adapters.Zip(faster.Adapters), pair => Assert.True(pair.First.Parameters[0].Value.equal(pair.Second.Parameters[0].Value).all().item<bool>()));
    }

    [Fact]
    public void Scale_weight_norms_keeps_every_change_within_its_limit()
    {
        using var free = Train(Options);
        using var limited = Train(Options with { ScaleWeightNorms = 0.01 });
        Assert.InRange(free.Adapters.Max(Norm), 0.03, 100);
        Assert.InRange(limited.Adapters.Max(Norm), 0.005, 0.01 * (1 + 1e-5));
        static double Norm(Adapter module) => module.Delta().norm().item<float>();
    }

    [Fact]
    public void A_limit_scales_down_and_up_alike_and_leaves_what_is_within()
    {
        using var network = Train(Options);
        var module = network.Adapters.MaxBy(m => m.Delta().norm().item<float>())!;
        var (norm, down, up) = (module.Delta().norm().item<float>(), module.Parameters[0].Value.detach().clone(), module.Parameters[1].Value.detach().clone());
        Assert.Equal(0, ScaleWeightNorms.Apply(network, norm * 1.01));
        Assert.Equal(1, network.Adapters.Count(m => m.Delta().norm().item<float>() > norm * 0.999));
        Assert.Equal(1, ScaleWeightNorms.Apply(network, norm * 0.9999));
        Assert.Equal(norm * 0.9999, module.Delta().norm().item<float>(), norm * 1e-5);
        var root = Math.Sqrt(0.9999);
        Assert.True(module.Parameters[0].Value.allclose(down * root, rtol: 1e-6, atol: 1e-9) && module.Parameters[1].Value.allclose(up * root, rtol: 1e-6, atol: 1e-9));
    }

    /// <summary>The average computed again from the values after each step; f32 against f32 in another order.</summary>
    [Theory]
    [InlineData("AdamW", 0.5)]
    [InlineData("AdamW", 0.2)]
    [InlineData("AdamWScheduleFree", 0.5)]
    public void The_moving_average_is_evaluated_and_saved(string optimizer, double decay)
    {
        var options = Options with { Optimizer = new() { OptimizerType = optimizer } };
        var (raw, seen) = (new Recorder(), new Recorder());
        using (Train(options, raw))
        {
        }
        using var network = Train(options with { Ema = new() { EmaDecay = decay } }, seen);
        var average = raw.Start!;
        for (var step = 1; step <= 6; step++)
        {
            var share = Math.Min(decay, (1.0 + step) / (10 + step));
            average = (average * share) + (raw.Evaluated[step - 1] * (1 - share));
            Assert.InRange(Golden.RelativeError(seen.Evaluated[step - 1], average), 0, 1e-6);
            Assert.Equal(0, Golden.MaxError(seen.Values[step - 1], raw.Values[step - 1]));
        }
        Assert.Equal(0, Golden.MaxError(All(network), seen.Evaluated[^1]));
        Assert.NotEqual(0, Golden.MaxError(All(network), seen.Values[^1]));
    }

    [Fact]
    public void Schedule_free_saves_its_average()
    {
        var recorder = new Recorder();
        using var network = Train(Options with { Optimizer = new() { OptimizerType = "AdamWScheduleFree" } }, recorder);
        Assert.Equal(0, Golden.MaxError(All(network), recorder.Evaluated[^1]));
        Assert.NotEqual(0, Golden.MaxError(All(network), recorder.Values[^1]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Input_perturbation_adds_noise_to_the_input_alone(bool random)
    {
        TrainingImage[] images = [TinyModel.Image("a", "a", size: 64)];
        MicroBatch Draw(NoiseOptions noise, long number)
        {
            var options = Options with { Noise = noise };
            return new MicroBatchSource(_model, options, images, new LatentCache(_model, images, 1)).Draw([0], number);
        }

        using var inference = no_grad();
        var strengths = new List<double>();
        for (var number = 0; number < 8; number++)
        {
            var (plain, perturbed) = (Draw(new(), number), Draw(new() { IpNoiseGamma = 0.2, IpNoiseGammaRandomStrength = random }, number));
            Assert.Null(plain.InputNoise);
            Assert.Equal(0, Golden.MaxError(perturbed.Noise, plain.Noise));
            Assert.Equal(0, Golden.MaxError(perturbed.Timesteps, plain.Timesteps));
            strengths.Add((perturbed.InputNoise! - plain.Noise).std().item<float>());
        }
        // 4,096 normal numbers: their deviation is known to 1.1 % (one sigma).
        Assert.All(strengths, strength => Assert.InRange(strength, random ? 0 : 0.19, 0.21));
        Assert.InRange(strengths.Max() - strengths.Min(), random ? 0.05 : 0, random ? 0.2 : 0.02);
    }

    [Fact]
    public void Timesteps_are_drawn_from_the_least_to_below_the_greatest()
    {
        TrainingImage[] images = [TinyModel.Image("a", "a")];
        long[] Draw(NoiseOptions noise)
        {
            var source = new MicroBatchSource(_model, Options with { Noise = noise }, images, new LatentCache(_model, images, 1));
            return [.. Enumerable.Range(0, 100).SelectMany(number => source.Draw([0, 0, 0, 0], number).Timesteps.data<long>().ToArray())];
        }

        using var inference = no_grad();
        Assert.Equal([200, 201, 202], Draw(new() { MinTimestep = 200, MaxTimestep = 203 }).Distinct().Order());
        Assert.All(Draw(new() { MinTimestep = 900 }), timestep => Assert.InRange(timestep, 900, 999));
        Assert.Equal(Draw(new()), Draw(new() { MinTimestep = 0, MaxTimestep = 1000 }));
    }

    [Fact]
    public void The_loss_sees_the_perturbed_input_and_wants_the_plain_noise()
    {
        using var inference = no_grad();
        var loss = new DenoisingLoss(_model, new LossFunction(_model.Schedule, new()), new SnrWeighting(_model.Schedule, new()));
        using var conditioning = new PromptEncoder(_model).Encode(["a boat"]);
        var batch = new MicroBatch(randn(1, 4, 8, 8), randn(1, 4, 8, 8), tensor(new long[] { 500 }), ones(1, 6).mul_(16));
        var noise = batch.Noise + (randn(1, 4, 8, 8) * 0.3);
        var noisy = _model.Schedule.AddNoise(batch.Latents, noise, batch.Timesteps);
        var predicted = _model.UNet.call(noisy, batch.Timesteps, conditioning.Context, conditioning.Pooled, batch.TimeIds);
        Assert.Equal((predicted - batch.Noise).square().mean().item<float>(), loss.Compute(batch with { InputNoise = noise }, conditioning).item<float>(), 1e-6);
    }

    [Fact]
    public void Zero_terminal_snr_trains_on_the_rescaled_schedule()
    {
        var plain = Ups(Options);
        var option = Ups(Options with { ZeroTerminalSnr = true, Weighting = new() { MinSnrGamma = 5 } });
        using var rescaled = TinyModel.Create(noise: new NoiseConfiguration { RescaleBetasZeroSnr = true });
        using var network = Trainer.Run(rescaled, Options with { Weighting = new() { MinSnrGamma = 5 } }, Images, new TrainingSinks(), TestContext.Current.CancellationToken);
        Assert.All(network.Adapters, module => Assert.Equal(0, Golden.MaxError(module.Parameters[^1].Value, option[module.Name])));
        Assert.Contains(plain, up => Golden.MaxError(up.Value, option[up.Key]) > 1e-4);
    }

    [Theory]
    [InlineData("epsilon")]
    [InlineData("v_prediction")]
    public void No_weight_of_a_zero_terminal_schedule_is_no_number(string prediction)
    {
        var schedule = new NoiseSchedule(new NoiseConfiguration { RescaleBetasZeroSnr = true, PredictionType = prediction });
        var weighting = new SnrWeighting(schedule, new() { MinSnrGamma = 5, DebiasedEstimationLoss = true, VPredLikeLoss = prediction == "epsilon" ? 0.5 : null });
        Assert.All(Enumerable.Range(0, 1000), t => Assert.True(float.IsFinite(weighting[t]) && weighting[t] > 0));
        Assert.Equal(0, schedule.Snr(999));
    }

    [Fact]
    public void Saves_are_named_as_sd_scripts_names_them_and_hold_what_a_shorter_training_ends_with()
    {
        var saves = new SaveOptions { SaveEveryNEpochs = 1, SaveEveryNSteps = 4 };
        var written = new SortedDictionary<string, Tensor>(StringComparer.Ordinal);
        var options = Options with { MaxTrainSteps = 9, Saves = saves };
        using (Train(options, new PeriodicSave(saves, "boat", (moment, name) => written[name] = All(moment.Network))))
        {
        }
        Assert.Equal(["boat-000001", "boat-000002", "boat-step00000004", "boat-step00000008"], written.Keys);
        using var shorter = Train(Options with { MaxTrainSteps = 4 });
        Assert.Equal(0, Golden.MaxError(written["boat-step00000004"], All(shorter)));
        using var epochs = Train(Options with { MaxTrainSteps = null, MaxTrainEpochs = 2 });
        Assert.Equal(0, Golden.MaxError(written["boat-000002"], All(epochs)));
    }

    [Fact]
    public void The_result_may_be_the_mean_of_the_last_saves()
    {
        var saves = new SaveOptions { SaveEveryNSteps = 2 };
        var recorder = new Recorder();
        using (Train(Options with { MaxTrainSteps = 7, Saves = saves }, recorder))
        {
        }
        using var averaged = Train(Options with { MaxTrainSteps = 7, Saves = saves with { AverageLastNSaves = 3 } });
        var expected = (recorder.Values[3] + recorder.Values[5] + recorder.Values[6]) / 3;
        Assert.InRange(Golden.RelativeError(All(averaged), expected), 0, 1e-6);
        Assert.NotEqual(0, Golden.MaxError(All(averaged), recorder.Values[6]));
    }

    private LoraNetwork Train(TrainingOptions options, params ITrainingHook[] hooks) =>
        Trainer.Run(_model, options, Images, new TrainingSinks { Hooks = hooks }, TestContext.Current.CancellationToken);

    private Dictionary<string, Tensor> Ups(TrainingOptions options)
    {
        using var network = Train(options);
        return network.Adapters.ToDictionary(module => module.Name, module => module.Parameters[^1].Value.detach().clone(), StringComparer.Ordinal);
    }

    // In the order of the flat buffer: text encoders, then UNet.
    private static Tensor All(LoraNetwork network) =>
        cat([.. network.Adapters.Where(module => module.Target.IsReached).SelectMany(module => module.Parameters).Select(parameter => parameter.Value.detach().flatten())]);

    private sealed class Recorder : ITrainingHook
    {
        public string Name => "recorder";

        public Tensor? Start { get; private set; }

        public List<Tensor> Values { get; } = [];

        public List<Tensor> Evaluated { get; } = [];

        public void Begin(TrainingMoment moment) => Start = moment.Parameters.Values.clone();

        public void AfterStep(TrainingMoment moment)
        {
            Values.Add(moment.Parameters.Values.clone());
            using (moment.Evaluate())
                Evaluated.Add(moment.Parameters.Values.clone());
            Assert.Equal(0, Golden.MaxError(moment.Parameters.Values, Values[^1]));
        }

        public IReadOnlyDictionary<string, Tensor> State() => new Dictionary<string, Tensor>(StringComparer.Ordinal);

        public void Restore(IReadOnlyDictionary<string, Tensor> state)
        {
        }
    }
}
