using Slipway.Diffusion.Model;
using Slipway.Training.Data;
using Slipway.Training.Hooks;
using Slipway.Training.Loop;
using Slipway.Training.Metrics;
using Slipway.Training.Networks;
using Slipway.Training.Options;
using Slipway.Training.Tests.Networks;
using Slipway.Training.Validation;

namespace Slipway.Training.Tests.Validation;

[Trait("Tier", "slow")]
public sealed class ValidationHookTests : IDisposable
{
    private static readonly TrainingOptions Options = new()
    {
        Network = new() { NetworkDim = 4, NetworkAlpha = 4 },
        LearningRate = 1, // every step is a step too far: what is drawn of other pictures gets worse and worse
        TrainBatchSize = 2,
        MaxTrainSteps = 18,
    };

    private static readonly ValidationOptions EveryTwo = new() { ValidateEveryNSteps = 2, ValidationTimesteps = 2 };
    private static readonly EarlyStoppingOptions Stopping = new() { Patience = 2 };
    private static readonly TrainingImage[] Images = [TinyModel.Image("2_x/a.png", "sail_kun", 2), TinyModel.Image("2_x/b.png", "sail_kun", 2, shade: 30)];
    private static readonly TrainingImage[] Others = [TinyModel.Image("validation/0", "sail_kun, beach", shade: 250), TinyModel.Image("validation/1", "sail_kun, forest", shade: 120)];

    private readonly SdxlModel _model = TinyModel.Create();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("slipway-training-");

    public void Dispose()
    {
        _model.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public void A_training_that_is_measured_ends_in_the_same_weights()
    {
        using var hook = Hook();
        Assert.Equal(Train([]).Weights, Train([hook]).Weights);
    }

    [Fact]
    public void Figures_hold_a_measurement_at_each_interval_and_at_the_end()
    {
        using var hook = new ValidationHook(EveryTwo with { ValidateEveryNSteps = 3 }, Others, Options, stopping: null, Token);
        var metrics = Train([hook], Options with { MaxTrainSteps = 8 }).Metrics;
        Assert.Equal([3, 6, 8], metrics.Where(m => m.Validation is not null).Select(m => m.Step));
        Assert.Equal((8, metrics[^1].Validation!), hook.Kept);
    }

    /// <summary>The measurement of a step is that of the weights which the step left: a network trained so far and measured alone gives it.</summary>
    [Fact]
    public void Measures_the_weights_of_its_step()
    {
        using var hook = Hook();
        var during = Train([hook]).Metrics[3].Validation;
        using var network = Trainer.Run(_model, Options with { MaxTrainSteps = 4 }, Images, new TrainingSinks(), Token);
        network.Attach();
        using var validation = new Validator(_model, Others, EveryTwo.ValidationTimesteps, Options.Weighting, Options.Seed, Token);
        Assert.Equal(during, validation.Measure(Token));
    }

    [Fact]
    public void Early_stopping_ends_the_training_and_gives_the_weights_of_the_best_step()
    {
        using var hook = Hook(Stopping);
        var recorder = new Recorder();
        var (weights, metrics) = Train([recorder, hook]);

        var best = metrics.Where(m => m.Validation is not null).MinBy(m => m.Validation!.Total)!;
        Assert.Equal(best.Step + (Stopping.Patience * EveryTwo.ValidateEveryNSteps), metrics.Count);
        Assert.InRange(metrics.Count, best.Step + 1, Options.MaxTrainSteps!.Value - 1);
        Assert.Equal((best.Step, best.Validation!), hook.Kept);
        Assert.Equal(recorder.Values[best.Step], weights);
        Assert.NotEqual(recorder.Values[metrics.Count], weights);
    }

    [Fact]
    public void Without_restoring_the_last_weights_stay()
    {
        using var hook = Hook(Stopping with { RestoreBest = false });
        var recorder = new Recorder();
        var (weights, metrics) = Train([recorder, hook]);
        Assert.Equal(recorder.Values[metrics.Count], weights);
        Assert.Equal(metrics.Count, hook.Kept!.Value.Step);
    }

    [Fact]
    public void A_training_that_is_stopped_at_any_step_and_resumed_ends_in_the_same_bytes_and_figures()
    {
        using var whole = Hook(Stopping);
        var expected = Train([whole]);
        for (var stop = 1; stop < expected.Metrics.Count; stop++)
        {
            var states = Path.Combine(_folder.FullName, $"{stop}");
            using (var source = CancellationTokenSource.CreateLinkedTokenSource(Token))
            using (var first = Hook(Stopping))
            {
                var sinks = new TrainingSinks { CheckpointFolder = states, Hooks = [first], Progress = p => { if (p.Metrics.Step == stop) source.Cancel(); } };
                Assert.Throws<OperationCanceledException>(() => Trainer.Run(_model, Options, Images, sinks, source.Token));
            }

            using var second = Hook(Stopping);
            var resumed = Train([second], checkpoints: states);
            Assert.Equal(expected.Weights, resumed.Weights);
            Assert.Equal(expected.Metrics, resumed.Metrics);
            Assert.Equal(whole.Kept, second.Kept);
        }
    }

    [Fact]
    public void Options_that_cannot_be_are_all_named() =>
        Assert.Equal(3, Assert.Throws<ArgumentException>(() => new ValidationHook(new() { ValidateEveryNSteps = 0 }, Others, Options, new() { Patience = 0, MinDelta = -1 })).Message.Split('\n').Length);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static ValidationHook Hook(EarlyStoppingOptions? stopping = null) => new(EveryTwo, Others, Options, stopping, Token);

    private (float[] Weights, List<StepMetrics> Metrics) Train(ITrainingHook[] hooks, TrainingOptions? options = null, string? checkpoints = null)
    {
        var metrics = new Figures();
        using var network = Trainer.Run(_model, options ?? Options, Images, new TrainingSinks { Metrics = [metrics], Hooks = hooks, CheckpointFolder = checkpoints }, Token);
        return (Recorder.Weights(network), metrics.All);
    }

    private sealed class Figures : IMetricsSink
    {
        public List<StepMetrics> All { get; } = [];

        public void Write(StepMetrics metrics) => All.Add(metrics);
    }

    private sealed class Recorder : ITrainingHook
    {
        public string Name => "recorder";

        public Dictionary<int, float[]> Values { get; } = [];

        public static float[] Weights(LoraNetwork network) => [.. network.Adapters.SelectMany(m => m.Down.detach().flatten().data<float>().ToArray().Concat(m.Up.detach().flatten().data<float>().ToArray()))];

        public void AfterStep(TrainingMoment moment) => Values[moment.Step] = Weights(moment.Network);

        public IReadOnlyDictionary<string, Tensor> State() => new Dictionary<string, Tensor>();

        public void Restore(IReadOnlyDictionary<string, Tensor> state)
        {
        }
    }
}
