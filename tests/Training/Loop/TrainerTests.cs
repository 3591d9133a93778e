using Slipway.Diffusion.Model;
using Slipway.Diffusion.Text;
using Slipway.Training.Data;
using Slipway.Training.Hooks;
using Slipway.Training.Loop;
using Slipway.Training.LoraFiles;
using Slipway.Training.Metadata;
using Slipway.Training.Metrics;
using Slipway.Training.Networks;
using Slipway.Training.Options;
using Slipway.Training.Tests.Networks;

namespace Slipway.Training.Tests.Loop;

[Trait("Tier", "slow")]
public sealed class TrainerTests : IDisposable
{
    private static readonly TrainingOptions Options = new()
    {
        Network = new() { NetworkDim = 4, NetworkAlpha = 4, ConvDim = 2, ConvAlpha = 2 },
        Caption = new() { ShuffleCaption = true, KeepTokens = 1, CaptionDropoutRate = 0.1 },
        LearningRate = 2e-3,
        TextEncoderLr = 1e-3,
        LrScheduler = "cosine",
        LrWarmupSteps = 0.1,
        TrainBatchSize = 2,
        Weighting = new() { MinSnrGamma = 5 },
        Noise = new() { NoiseOffset = 0.05 },
        MaxTrainSteps = 8,
    };

    private static readonly TrainingImage[] Images =
    [
        TinyModel.Image("2_x/a.png", "sail_kun, beach, sea", 2),
        TinyModel.Image("2_x/b.png", "sail_kun, forest", 2, shade: 30),
        TinyModel.Image("1_y/c.png", "sail_kun, city", 1, size: 24),
    ];

    private readonly SdxlModel _model = TinyModel.Create();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("slipway-training-");

    public void Dispose()
    {
        _model.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public void Training_on_one_image_reduces_the_loss()
    {
        var losses = new Losses();
        using var network = Run(Options with { MaxTrainSteps = 60, LrScheduler = "constant", LrWarmupSteps = 0, Weighting = new(), Noise = new(), LearningRate = 1e-2 },
            [TinyModel.Image("1_x/a.png", "sail_kun", 4)], new TrainingSinks { Metrics = [losses] });
        Assert.Equal(60, losses.All.Count);
        Assert.True(losses.All.TakeLast(10).Average(m => m.Loss) < 0.7 * losses.All.Take(10).Average(m => m.Loss), $"{losses.All[0].Loss} → {losses.All[^1].Loss}");
    }

    [Fact]
    public void Two_runs_give_the_same_bytes_and_another_seed_others()
    {
        var first = Train(Options);
        Assert.Equal(first, Train(Options));
        Assert.NotEqual(first, Train(Options with { Seed = 43 }));
    }

    /// <summary>Every gradient of LoRA branches in UNet and text encoders, through the losses that follow from them; f32 sums in another order.</summary>
    [Fact]
    public void Gradient_checkpointing_trains_the_same()
    {
        var (ordinary, checkpointed) = (new Losses(), new Losses());
        using var first = Run(Options, Images, new TrainingSinks { Metrics = [ordinary] });
        using var second = Run(Options with { GradientCheckpointing = Checkpointing.True }, Images, new TrainingSinks { Metrics = [checkpointed] });
        Assert.False(_model.UNet.GradientCheckpointing);
        Assert.Equal(ordinary.All.Select(m => m.Loss), checkpointed.All.Select(m => m.Loss), (a, b) => Math.Abs(a - b) < 1e-5);
        Assert.Equal(ordinary.All.Select(m => m.GradNorm), checkpointed.All.Select(m => m.GradNorm), (a, b) => Math.Abs(a - b) < 1e-4 * a);
    }

    /// <summary>Of all branches there are, in text encoders too, whose context every block's gradient goes to; f32 and bf16, where sums in another order would differ soonest.</summary>
    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    public void Automatic_checkpointing_learns_what_checkpointing_learns_whether_it_computes_again_or_not(ScalarType precision)
    {
        using var model = TinyModel.Create(precision: precision);
        byte[] Learned(Checkpointing checkpointing, bool hasAmpleMemory)
        {
            var again = 0;
            using var network = Trainer.Run(model, Options with { GradientCheckpointing = checkpointing }, Images, new TrainingSinks { HasAmpleMemory = hasAmpleMemory, Progress = _ => again += model.UNet.KeepsInnerResults ? 0 : 1 }, TestContext.Current.CancellationToken);
            Assert.Equal(checkpointing == Checkpointing.Auto && hasAmpleMemory ? 0 : Options.MaxTrainSteps, again);
            return Bytes(network);
        }

        var expected = Learned(Checkpointing.True, hasAmpleMemory: true);
        Assert.Equal(expected, Learned(Checkpointing.Auto, hasAmpleMemory: false));
        Assert.Equal(expected, Learned(Checkpointing.Auto, hasAmpleMemory: true));
        Assert.False(model.UNet.GradientCheckpointing || model.UNet.KeepsInnerResults);
    }

    private static byte[] Bytes(LoraNetwork network)
    {
        using var scope = NewDisposeScope();
        return [.. network.Adapters.SelectMany(module => module.Parameters).SelectMany(parameter => parameter.Value.detach().bytes.ToArray())];
    }

    [Theory]
    [InlineData("l1", null, null)]
    [InlineData("huber", null, 0.1)]
    [InlineData("smooth_l1", 6, null)]
    public void Each_loss_and_noise_gives_another_training(string loss, int? multires, double? adaptive) =>
        Assert.NotEqual(Train(Options), Train(Options with
        {
            Loss = new() { LossType = loss },
            Noise = Options.Noise with { MultiresNoiseIterations = multires, AdaptiveNoiseScale = adaptive },
        }));

    [Theory]
    [InlineData(null)]
    [InlineData(5e-4)]
    public void A_cancelled_training_resumes_to_the_same_bytes_and_the_same_figures(double? secondRate)
    {
        var options = Options with { TextEncoderLr2 = secondRate };
        var uninterrupted = new Losses();
        var expected = Train(options, new TrainingSinks { Metrics = [uninterrupted] });

        using var source = new CancellationTokenSource();
        var states = Path.Combine(_folder.FullName, "states");
        var interrupted = new TrainingSinks { CheckpointFolder = states, Progress = p => { if (p.Metrics.Step == 5) source.Cancel(); } };
        Assert.Throws<OperationCanceledException>(() => Trainer.Run(_model, options, Images, interrupted, source.Token));
        Assert.Equal(["state-000005.safetensors"], Directory.GetFiles(states).Select(Path.GetFileName));

        var resumed = new Losses();
        var steps = new List<int>();
        Assert.Equal(expected, Train(options, new TrainingSinks { Metrics = [resumed], CheckpointFolder = states, Progress = p => steps.Add(p.Metrics.Step) }));
        Assert.Equal([6, 7, 8], steps);
        Assert.Equal(uninterrupted.All, resumed.All);
    }

    [Fact]
    public void A_training_that_is_stopped_before_its_first_step_is_gone_on_from()
    {
        var expected = Train(Options, new TrainingSinks());
        var states = Path.Combine(_folder.FullName, "states");
        using var source = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => Trainer.Run(_model, Options, Images, new TrainingSinks { CheckpointFolder = states, Hooks = [new StopAtOnce(source)] }, source.Token));
        Assert.Equal(["state-000000.safetensors"], Directory.GetFiles(states).Select(Path.GetFileName));

        Assert.Equal(expected, Train(Options, new TrainingSinks { CheckpointFolder = states, Warn = Assert.Fail }));
    }

    [Theory]
    [InlineData("a bit")]
    [InlineData("the header")]
    [InlineData("cut off")]
    [InlineData("empty")]
    [InlineData("a folder")]
    [InlineData("a link")]
    public void A_damaged_checkpoint_is_told_and_the_training_ends_in_the_same_bytes(string damage)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() && damage == "a link", "Windows has no links for everybody.");
        var expected = Train(Options);
        var warnings = new List<string>();
        var states = Path.Combine(_folder.FullName, "states");
        var sinks = new TrainingSinks { CheckpointFolder = states, CheckpointEverySteps = 3, Warn = warnings.Add };
        Train(Options, sinks);
        var path = Directory.GetFiles(states).Single();
        Damage(path, damage);

        var steps = new List<int>();
        Assert.Equal(expected, Train(Options, sinks with { Progress = p => steps.Add(p.Metrics.Step) }));

        Assert.Equal(Enumerable.Range(1, 8), steps);
        Assert.StartsWith($"A checkpoint is damaged and was removed; the training goes on from the one before it, else from its start: {path}", Assert.Single(warnings), StringComparison.Ordinal);
        Assert.Equal(expected, Train(Options, sinks));
        Assert.Single(warnings);
    }

    [Fact]
    public void A_checkpoint_that_the_system_does_not_give_ends_the_training_and_is_gone_on_from_when_it_can_be_read()
    {
        var expected = Train(Options);
        var states = Path.Combine(_folder.FullName, "states");
        var sinks = new TrainingSinks { CheckpointFolder = states, CheckpointEverySteps = 3, Warn = Assert.Fail };
        Train(Options, sinks);
        var path = Directory.GetFiles(states).Single();
        using (new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.None))
        {
            var e = Assert.Throws<IOException>(() => Train(Options, sinks));
            Assert.StartsWith("A checkpoint cannot be read: ", e.Message, StringComparison.Ordinal);
            Assert.EndsWith(". It stays where it is, and is used when it can be read; delete it to go on from the one before it, else from the start", e.Message, StringComparison.Ordinal);
        }

        var steps = new List<int>();
        Assert.Equal(expected, Train(Options, sinks with { Progress = p => steps.Add(p.Metrics.Step) }));
        Assert.Equal([7, 8], steps);
    }

    private static void Damage(string path, string damage)
    {
        var bytes = File.ReadAllBytes(path);
        File.Delete(path);
        switch (damage)
        {
            case "a folder":
                Directory.CreateDirectory(path);
                break;
            case "a link":
                File.WriteAllBytes(Path.Combine(Path.GetDirectoryName(path)!, "elsewhere"), bytes);
                File.CreateSymbolicLink(path, "elsewhere");
                break;
            default:
                bytes[^100] ^= (byte)(damage == "a bit" ? 1 : 0);
                var name = bytes.AsSpan().IndexOf("F32"u8);
                bytes[name] = damage == "the header" ? (byte)'I' : bytes[name];
                File.WriteAllBytes(path, damage switch { "cut off" => bytes[..^1], "empty" => [], _ => bytes });
                break;
        }
    }

    [Fact]
    public void Checkpoints_come_at_their_interval_and_only_the_newest_stays()
    {
        Train(Options, new TrainingSinks { CheckpointFolder = _folder.FullName, CheckpointEverySteps = 3 });
        Assert.Equal(["state-000006.safetensors"], Directory.GetFiles(_folder.FullName, "state*").Select(Path.GetFileName));
    }

    [Fact]
    public void A_checkpoint_of_another_training_is_refused()
    {
        var sinks = new TrainingSinks { CheckpointFolder = _folder.FullName, CheckpointEverySteps = 4 };
        Train(Options, sinks);
        Assert.Contains("with other options or images", Assert.Throws<InvalidDataException>(() => Train(Options with { Seed = 43 }, sinks)).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidDataException>(() => Run(Options, Images[..2], sinks));
    }

    [Fact]
    public void Tensors_do_not_pile_up()
    {
        var live = new List<long>();
        using var network = Run(Options, Images, new TrainingSinks { Progress = _ => live.Add(DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount) });
        Assert.Equal(8, live.Count);
        Assert.Single(live.Distinct());
    }

    [Fact]
    public void Afterwards_the_model_is_as_it_was_and_nothing_is_left_alive()
    {
        using var scope = NewDisposeScope();
        using var inference = no_grad();
        var before = Predict();
        var live = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        Run(Options, Images, new TrainingSinks()).Dispose();
        Assert.Equal(live, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
        Assert.True(before.equal(Predict()).all().item<bool>());
    }

    [Fact]
    public void The_encoders_stay_untouched_where_their_rate_is_zero()
    {
        using var network = Run(Options with { TextEncoderLr = 0 }, Images, new TrainingSinks());
        Assert.All(network.Adapters, m => Assert.Equal(m.Target.Group == LoraGroup.TextEncoder, m.Up.abs().max().item<float>() == 0));
    }

    [Theory]
    [InlineData(1e-3, 0.0, "lora_te1", "lora_te2")]
    [InlineData(0.0, 1e-3, "lora_te2", "lora_te1")]
    public void Each_encoder_has_a_rate_of_its_own_where_one_is_given(double first, double second, string trained, string untouched)
    {
        using var network = Run(Options with { TextEncoderLr = first, TextEncoderLr2 = second }, Images, new TrainingSinks());
        Assert.Contains(network.Adapters, m => m.Name.StartsWith(trained, StringComparison.Ordinal) && m.Up.abs().max().item<float>() > 0);
        Assert.All(network.Adapters.Where(m => m.Name.StartsWith(untouched, StringComparison.Ordinal)), m => Assert.Equal(0, m.Up.abs().max().item<float>()));
    }

    [Fact]
    public void A_second_rate_that_is_the_first_s_trains_as_without()
    {
        var options = Options with { TextEncoderLr = 1e-3 };
        Assert.Equal(Train(options), Train(options with { TextEncoderLr2 = 1e-3 }));
    }

    [Fact]
    public void Weights_of_captions_count_where_they_are_asked_for()
    {
        using var scope = NewDisposeScope();
        var options = Options with { TextEncoderLr = 0, Data = Options.Data with { WeightedCaptions = true } };
        var image = Images[0] with { Caption = "sail_kun, (beach:1.5)" };
        using var weighted = new TextConditioning(_model, [image], options);
        using var literal = new TextConditioning(_model, [image], options with { Data = new() });
        using var expected = new PromptEncoder(_model).Encode([Prompt.Parse(image.Caption)], 1);
        Assert.True(weighted.For([image.Caption]).Context.equal(expected.Context).all().item<bool>());
        Assert.False(literal.For([image.Caption]).Context.equal(expected.Context).all().item<bool>());
    }

    [Fact]
    public void Cached_and_fresh_text_conditioning_train_the_same()
    {
        using var scope = NewDisposeScope();
        var options = Options with { TextEncoderLr = 0, Caption = new() };
        var varied = options with { Caption = new() { CaptionTagDropoutRate = 1e-12 } };
        var images = Images.Select(i => i with { Caption = "sail_kun, beach" }).ToArray();
        using var cached = Run(options, images, new TrainingSinks());
        using var fresh = Run(varied, images, new TrainingSinks());
        var (expected, actual) = (All(cached), All(fresh));
        Assert.InRange((expected - actual).norm().item<float>() / expected.norm().item<float>(), 0, 1e-3);
        static Tensor All(LoraNetwork network) => cat([.. network.Adapters.Select(m => m.Up.detach().flatten())]);
    }

    [Fact]
    public void A_batch_of_equal_captions_gets_the_conditioning_of_each()
    {
        using var scope = NewDisposeScope();
        using var text = new TextConditioning(_model, [], Options);
        var actual = text.For(["boat", "sea", "boat"]);
        var expected = new PromptEncoder(_model).Encode(["boat", "sea", "boat"]);
        Assert.True(actual.Context.allclose(expected.Context, rtol: 1e-4, atol: 1e-5));
        Assert.True(actual.Pooled.allclose(expected.Pooled, rtol: 1e-4, atol: 1e-5));
    }

    [Fact]
    public void Every_reached_module_is_trained_and_no_other()
    {
        using var network = Run(Options, Images, new TrainingSinks());
        Assert.All(network.Adapters, m => Assert.Equal(m.Target.IsReached, m.Up.abs().max().item<float>() > 0));
    }

    [Fact]
    public void Accumulation_takes_the_mean_of_its_batches()
    {
        var (single, accumulated) = (new Losses(), new Losses());
        var still = Options with { TrainBatchSize = 1, LearningRate = 1e-30, TextEncoderLr = 1e-30, LrScheduler = "constant", LrWarmupSteps = 0, MaxTrainSteps = 2 };
        Train(still, new TrainingSinks { Metrics = [single] });
        Train(still with { GradientAccumulationSteps = 2, MaxTrainSteps = 1 }, new TrainingSinks { Metrics = [accumulated] });
        Assert.Equal(single.All.Average(m => m.Loss), Assert.Single(accumulated.All).Loss, 1e-6);
        Assert.InRange(accumulated.All[0].GradNorm, 0, single.All.Average(m => m.GradNorm));
    }

    [Fact]
    public void Figures_name_step_epoch_rates_and_the_running_mean()
    {
        var losses = new Losses();
        Train(Options with { MaxTrainSteps = null, MaxTrainEpochs = 3, LrWarmupSteps = 0, LrScheduler = "linear" }, new TrainingSinks { Metrics = [losses] });
        Assert.Equal([1, 1, 1, 2, 2, 2, 3, 3, 3], losses.All.Select(m => m.Epoch));
        Assert.Equal(Enumerable.Range(1, 9), losses.All.Select(m => m.Step));
        Assert.Equal((2e-3, 1e-3), (losses.All[0].LrUNet, losses.All[0].LrTextEncoder));
        Assert.Equal(losses.All.Skip(2).Take(3).Average(m => m.Loss), losses.All[4].AverageLoss, 1e-12);
        Assert.All(losses.All, m => Assert.True(m.GradNorm > 0));
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData(1e-3, null)]
    [InlineData(5e-4, 5e-4)]
    public void Figures_have_the_second_encoder_s_rate_where_it_is_another(double? given, double? expected)
    {
        var losses = new Losses();
        Train(Options with { TextEncoderLr2 = given, MaxTrainSteps = 1, LrScheduler = "constant", LrWarmupSteps = 0 }, new TrainingSinks { Metrics = [losses] });
        Assert.Equal((1e-3, expected), (losses.All[0].LrTextEncoder, losses.All[0].LrTextEncoder2));
    }

    [Fact]
    public void A_diverging_training_stops_with_advice() =>
        Assert.Contains("Training diverged at step", Assert.Throws<NotFiniteNumberException>(() => Train(Options with { LearningRate = 1e30, LrScheduler = "constant", LrWarmupSteps = 0 })).Message, StringComparison.Ordinal);

    [Fact]
    public void All_options_that_cannot_be_are_named_at_once()
    {
        var message = Assert.Throws<ArgumentException>(() => Train(Options with { TrainBatchSize = 0, MaxTrainEpochs = 2, LearningRate = -1, TextEncoderLr = 0 })).Message;
        Assert.Equal(["learning_rate", "learning_rate", "max_train_steps", "train_batch_size"], message.Split('\n').Select(l => l.Split(':')[0]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Images_that_the_autoencoder_cannot_take_are_all_named()
    {
        var message = Assert.Throws<InvalidDataException>(() => Run(Options, [TinyModel.Image("a", "a", size: 15), TinyModel.Image("b", "b", size: 17)], new TrainingSinks())).Message;
        Assert.Equal(2, message.Split('\n').Length);
        Assert.StartsWith("a: 15×15 pixels; the model takes multiples of 2 only", message, StringComparison.Ordinal);
    }

    private LoraNetwork Run(TrainingOptions options, IReadOnlyList<TrainingImage> images, TrainingSinks sinks) =>
        Trainer.Run(_model, options, images, sinks, TestContext.Current.CancellationToken);

    private byte[] Train(TrainingOptions options, TrainingSinks? sinks = null, TrainingImage[]? images = null)
    {
        var path = Path.Combine(_folder.FullName, "lora.safetensors");
        using var network = Run(options, images ?? Images, sinks ?? new TrainingSinks());
        LoraFile.Save(network, path, LoraMetadata.FromTraining(options, Images, new LoraOrigin { OutputName = "lora", ModelName = "tiny" }));
        return File.ReadAllBytes(path);
    }

    private Tensor Predict()
    {
        using var conditioning = new PromptEncoder(_model).Encode(["a boat"]);
        return _model.UNet.call(ones(1, 4, 8, 8), tensor(new long[] { 10 }), conditioning.Context, conditioning.Pooled, ones(1, 6).mul_(16));
    }

    private sealed class StopAtOnce(CancellationTokenSource source) : ITrainingHook
    {
        public string Name => "stop at once";

        public void Begin(TrainingMoment moment) => source.Cancel();

        public void AfterStep(TrainingMoment moment) => Assert.Fail("It was stopped before.");

        public IReadOnlyDictionary<string, Tensor> State() => new Dictionary<string, Tensor>();

        public void Restore(IReadOnlyDictionary<string, Tensor> state)
        {
        }
    }

    private sealed class Losses : IMetricsSink
    {
        public List<StepMetrics> All { get; } = [];

        public void Write(StepMetrics metrics) => All.Add(metrics);
    }
}
