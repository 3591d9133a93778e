using Slipway.Diffusion.Model;
using Slipway.Training.Data;
using Slipway.Training.Loop;
using Slipway.Training.Losses;
using Slipway.Training.Metrics;
using Slipway.Training.Networks;
using Slipway.Training.Networks.Adapters;
using Slipway.Training.Optimizers;
using Slipway.Training.Options;

namespace Slipway.Training.Tests.Loop;

/// <summary>Trainings in f16, whose loss is scaled so that the gradients of a mean over many values do not vanish.</summary>
[Trait("Tier", "slow")]
public sealed class HalfPrecisionTests : IDisposable
{
    /// <summary>SDXL's: with fewer values each gradient is larger, and nothing vanishes.</summary>
    private const int Latents = 128;

    private static readonly LoraOptions Network = new() { NetworkDim = 4, NetworkAlpha = 4, ConvDim = 4, ConvAlpha = 4, NetworkTrainUnetOnly = true };

    /// <summary>A loss a thousand times as large, whose gradients overflow at the first scale.</summary>
    private static readonly TrainingOptions Overflowing = new()
    {
        Network = Network,
        Weighting = new() { VPredLikeLoss = 100 },
        Noise = new() { MaxTimestep = 300 },
        LearningRate = 1e-3,
        MaxTrainSteps = 8,
    };

    private static readonly TrainingImage[] Images = [TinyModel.Image("1_x/a.png", "boat")];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("slipway-half-");
    private readonly SdxlModel _half = TinyModel.Create(precision: ScalarType.Float16);

    public void Dispose()
    {
        _half.Dispose();
        _folder.Delete(recursive: true);
    }

    /// <summary>Of a network whose branches do something already. The cosines are those with the gradient in f32: 0.9961 and 0.999998 are seen.</summary>
    [Fact]
    public void At_the_size_of_SDXL_a_scaled_loss_gives_the_direction_that_an_unscaled_one_loses()
    {
        using var scope = NewDisposeScope();
        using var whole = TinyModel.Create();
        var expected = Gradient(whole, 1);
        var (unscaled, scaled) = (Gradient(_half, 1), Gradient(_half, LossScale.Initial));
        Assert.InRange(Cosine(unscaled, expected), 0, 0.998);
        Assert.InRange(Cosine(scaled, expected), 0.99999, 1);
    }

    [Fact]
    public void Steps_that_overflow_are_left_out_and_the_next_one_has_half_the_scale()
    {
        var figures = new Losses();
        Train(_half, new TrainingSinks { Metrics = [figures] });
        Assert.InRange(figures.All.Count(m => double.IsNaN(m.GradNorm)), 1, 7);
        Assert.Equal(65536, figures.All[0].LossScale);
        Assert.All(figures.All.Zip(figures.All.Skip(1)), pair => Assert.Equal(double.IsNaN(pair.First.GradNorm) ? pair.First.LossScale / 2 : pair.First.LossScale, pair.Second.LossScale));
        Assert.All(figures.All.Where(m => !double.IsNaN(m.GradNorm)), m => Assert.True(double.IsFinite(m.GradNorm) && m.GradNorm > 0));
        Assert.All(figures.All, m => Assert.True(double.IsFinite(m.Loss)));
    }

    [Fact]
    public void A_step_that_was_left_out_has_changed_nothing()
    {
        var none = Train(_half, new TrainingSinks(), Overflowing with { MaxTrainSteps = 1 });
        Assert.Equal(Initial(_half), none);
    }

    [Fact]
    public void An_interrupted_training_goes_on_at_its_scale_to_the_same_bytes()
    {
        var uninterrupted = new Losses();
        var expected = Train(_half, new TrainingSinks { Metrics = [uninterrupted] });
        using var source = new CancellationTokenSource();
        var states = Path.Combine(_folder.FullName, "states");
        var interrupted = new TrainingSinks { CheckpointFolder = states, Progress = p => { if (p.Metrics.Step == 2) source.Cancel(); } };
        Assert.Throws<OperationCanceledException>(() => Trainer.Run(_half, Overflowing, Images, interrupted, source.Token));
        var resumed = new Losses();
        Assert.Equal(expected, Train(_half, new TrainingSinks { Metrics = [resumed], CheckpointFolder = states }));
        Assert.Equal(uninterrupted.All, resumed.All);
    }

    [Fact]
    public void In_f32_nothing_is_scaled()
    {
        using var whole = TinyModel.Create();
        var figures = new Losses();
        Train(whole, new TrainingSinks { Metrics = [figures] });
        Assert.All(figures.All, m => Assert.Null(m.LossScale));
    }

    private static float[] Train(SdxlModel model, TrainingSinks sinks, TrainingOptions? options = null)
    {
        using var network = Trainer.Run(model, options ?? Overflowing, Images, sinks, TestContext.Current.CancellationToken);
        return Values(network);
    }

    private static float[] Initial(SdxlModel model)
    {
        using var network = LoraNetwork.Create(model, Network, Overflowing.Seed);
        return Values(network);
    }

    private static float[] Values(LoraNetwork network)
    {
        using var scope = NewDisposeScope();
        return [.. network.Adapters.SelectMany(adapter => adapter.Parameters).SelectMany(parameter => parameter.Value.detach().data<float>().ToArray())];
    }

    private static Tensor Gradient(SdxlModel model, double scale)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        using var network = LoraNetwork.Create(model, Network, 1);
        using var parameters = new FlatParameters(ParameterGroup.FromNetwork(network, [LoraGroup.UNet]));
        foreach (var parameter in network.Adapters.SelectMany(adapter => adapter.Parameters).Where(parameter => parameter.IsUp))
            Fill(parameter, generator);
        network.Attach();
        Tensor Draw() => randn([1, 4, Latents, Latents], generator: generator).to(model.Precision);
        var batch = new MicroBatch(Draw(), Draw(), tensor(new[] { 500L }), tensor(new float[] { 1024, 1024, 0, 0, 1024, 1024 }).view(1, 6));
        var conditioning = new PromptEncoder(model).Encode(["boat"]);
        var loss = new DenoisingLoss(model, new LossFunction(model.Schedule, new LossOptions()), new SnrWeighting(model.Schedule, new SnrWeightingOptions()));
        loss.Compute(batch, conditioning).mul(scale).backward();
        return parameters.Gradients.div(scale).MoveToOuterDisposeScope();
    }

    private static void Fill(AdapterParameter parameter, Generator generator)
    {
        using var inference = no_grad();
        parameter.Value.copy_(randn(parameter.Value.shape, generator: generator) / 10);
    }

    private static double Cosine(Tensor a, Tensor b)
    {
        var (x, y) = (a.to(ScalarType.Float64), b.to(ScalarType.Float64));
        return (x.dot(y) / (x.norm() * y.norm())).item<double>();
    }

    private sealed class Losses : IMetricsSink
    {
        public List<StepMetrics> All { get; } = [];

        public void Write(StepMetrics metrics) => All.Add(metrics);
    }
}
