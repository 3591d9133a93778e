using Slipway.Training.Data;
using Slipway.Training.Loop;
using Slipway.Training.Metrics;
using Slipway.Training.Networks;
using Slipway.Training.Options;

namespace Slipway.Training.Tests.Networks.Adapters;

/// <summary>Every kind of adapter is trained, saved with its metadata, read and merged as LoRA is.</summary>
[Trait("Tier", "slow")]
public sealed class AdapterTrainingTests(TinyModelFixture tiny) : IClassFixture<TinyModelFixture>
{
    private static readonly TrainingImage[] Images = [TinyModel.Image("1_x/a.png", "sail_kun", 4)];

    public static TheoryData<string, bool, string> Kinds =>
        new(from kind in new[] { "lora", "loha", "lokr" } from tucker in new[] { false, true } from dora in new[] { "no", "out", "in" } select (kind, tucker, dora));

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Twenty_steps_lower_the_loss(string kind, bool tucker, string dora)
    {
        var losses = new List<double>();
        var options = Options(new AdapterCase { Kind = kind, UseTucker = tucker, Dora = dora }) with { LearningRate = kind == "lora" ? 1e-2 : 2e-2 };
        using var network = Trainer.Run(tiny.Model, options, Images, new TrainingSinks { Metrics = [new Losses(losses)] }, TestContext.Current.CancellationToken);
        Assert.Equal(20, losses.Count);
        Assert.True(losses.TakeLast(5).Average() < 0.95 * losses.Take(5).Average(), $"{losses.Take(5).Average()} → {losses.TakeLast(5).Average()}");
        // Whatever has a gradient has left its initial value, magnitudes included.
        using var fresh = LoraNetwork.Create(tiny.Model, options.Network, options.Seed);
        Assert.All(
            network.Adapters.Zip(fresh.Adapters).Where(pair => pair.First.Target.IsReached).SelectMany(pair => pair.First.Parameters.Zip(pair.Second.Parameters)),
            pair => Assert.True(Golden.MaxError(pair.First.Value.detach(), pair.Second.Value.detach()) > 1e-4, pair.First.Name));
    }

    private static TrainingOptions Options(AdapterCase adapter) => new()
    {
        Network = new() { NetworkDim = 2, NetworkAlpha = 2, ConvDim = 2, ConvAlpha = 2, Adapter = adapter.Options },
        MaxTrainSteps = 20,
    };

    private sealed class Losses(List<double> all) : IMetricsSink
    {
        public void Write(StepMetrics metrics) => all.Add(metrics.Loss);
    }
}
