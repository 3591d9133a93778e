using Slipway.Diffusion.Model;
using Slipway.Training.Data;
using Slipway.Training.Loop;
using Slipway.Training.LoraFiles;
using Slipway.Training.Metrics;
using Slipway.Training.Options;

namespace Slipway.Training.Tests.Networks.Adapters;

/// <summary>Trainings with parts of the network left out: resumed, with gradient checkpointing, and evaluated without.</summary>
[Trait("Tier", "slow")]
public sealed class DropoutTrainingTests(TinyModelFixture tiny) : IClassFixture<TinyModelFixture>, IDisposable
{
    private static readonly TrainingOptions Options = new()
    {
        Network = new()
        {
            NetworkDim = 4,
            NetworkAlpha = 4,
            ConvDim = 2,
            Dropout = new() { NetworkDropout = 0.2, RankDropout = 0.2, ModuleDropout = 0.2 },
        },
        LearningRate = 5e-3,
        TrainBatchSize = 2,
        MaxTrainSteps = 6,
    };

    private static readonly TrainingImage[] Images = [TinyModel.Image("2_x/a.png", "sail_kun, beach", 2), TinyModel.Image("2_x/b.png", "sail_kun, forest", 2, shade: 30)];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("slipway-dropout-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(0.2, 0, 0)]
    [InlineData(0, 0.2, 0)]
    [InlineData(0, 0, 0.2)]
    public void Each_dropout_gives_another_training_from_the_second_step_on(double network, double rank, double module)
    {
        var (with, without) = (new List<double>(), new List<double>());
        Train(With(new() { NetworkDropout = network, RankDropout = rank, ModuleDropout = module }), with);
        Train(With(new()), without);
        // The branches are zero before the first step, so that nothing can be missed from them.
        Assert.Equal(without[0], with[0]);
        Assert.NotEqual(without[2], with[2]);
    }

    /// <summary>The same masks when the blocks are computed again: other gradients would lead the losses apart. f32 sums in another order.</summary>
    [Fact]
    public void Gradient_checkpointing_sees_the_same_masks()
    {
        var (ordinary, checkpointed) = (new List<double>(), new List<double>());
        Train(Options, ordinary);
        Train(Options with { GradientCheckpointing = Checkpointing.True }, checkpointed);
        Assert.Equal(ordinary, checkpointed, (a, b) => Math.Abs(a - b) < 1e-5);
    }

    [Theory]
    [InlineData("lora", "no")]
    [InlineData("lora", "out")]
    [InlineData("loha", "no")]
    [InlineData("lokr", "in")]
    public void An_interrupted_training_ends_in_the_same_bytes(string kind, string dora)
    {
        var options = Options with { Network = Options.Network with { Adapter = new AdapterCase { Kind = kind, Dora = dora }.Options } };
        var expected = Train(options, []);
        using var source = new CancellationTokenSource();
        var interrupted = new TrainingSinks { CheckpointFolder = _folder.FullName, Progress = p => { if (p.Metrics.Step == 3) source.Cancel(); } };
        Assert.Throws<OperationCanceledException>(() => Trainer.Run(tiny.Model, options, Images, interrupted, source.Token));
        Assert.Equal(expected, Train(options, [], new TrainingSinks { CheckpointFolder = _folder.FullName }));
    }

    /// <summary>What is predicted between steps, as validation does, is the whole network's: twice the same.</summary>
    [Fact]
    public void Between_steps_nothing_is_left_out()
    {
        using var scope = NewDisposeScope();
        using var network = Trainer.Run(tiny.Model, Options, Images, new TrainingSinks(), TestContext.Current.CancellationToken);
        using var inference = no_grad();
        network.Attach();
        var attached = Predict();
        network.Detach();
        using (network.Merge())
            Assert.InRange(Golden.RelativeError(attached, Predict()), 0, 1e-4);
    }

    private static TrainingOptions With(DropoutOptions dropout) => Options with { Network = Options.Network with { Dropout = dropout } };

    private byte[] Train(TrainingOptions options, List<double> losses, TrainingSinks? sinks = null)
    {
        using var network = Trainer.Run(tiny.Model, options, Images, (sinks ?? new TrainingSinks()) with { Metrics = [new Losses(losses)] }, TestContext.Current.CancellationToken);
        var path = Path.Combine(_folder.FullName, "lora.safetensors");
        LoraFile.Save(network, path, network.Metadata);
        return File.ReadAllBytes(path);
    }

    private Tensor Predict()
    {
        using var conditioning = new PromptEncoder(tiny.Model).Encode(["a boat"]);
        return tiny.Model.UNet.call(ones(1, 4, 8, 8), tensor(new long[] { 10 }), conditioning.Context, conditioning.Pooled, ones(1, 6).mul_(16));
    }

    private sealed class Losses(List<double> all) : IMetricsSink
    {
        public void Write(StepMetrics metrics) => all.Add(metrics.Loss);
    }
}
