using Slipway.Diffusion.Model;
using Slipway.Diffusion.Modules;
using Slipway.Testing;
using Slipway.Training.Data;
using Slipway.Training.Hooks;
using Slipway.Training.Loop;
using Slipway.Training.Metrics;
using Slipway.Training.Options;

namespace Slipway.Training.Tests.Loop;

/// <summary><c>fp8_base</c> and <c>blocks_to_swap</c> in a whole training.</summary>
[Trait("Tier", "slow")]
public sealed class FrozenWeightsTrainingTests : IDisposable
{
    private const int Settled = 10;

    private static readonly TrainingOptions Options = new()
    {
        Network = new() { NetworkDim = 2, NetworkAlpha = 2, ConvDim = 2, ConvAlpha = 2 },
        LearningRate = 1e-3,
        MaxTrainSteps = 4,
        Fp8Base = true,
    };

    private static readonly TrainingImage[] Images = [TinyModel.Image("1_x/a.png", "sail_kun, beach")];

    private readonly SdxlModel _model = TinyModel.Create(precision: ScalarType.BFloat16);
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _model.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Eight_bits_are_another_training_and_leave_the_model_as_it_was()
    {
        var before = Weights();
        var whole = Train(Options with { Fp8Base = false });
        Assert.NotEqual(whole, Train(Options));
        Assert.Equal(before, Weights());
        Assert.Equal(whole, Train(Options with { Fp8Base = false }));
    }

    [Fact]
    public void Eight_bits_go_with_checkpointing_of_any_kind_and_with_a_resumed_training()
    {
        var expected = Train(Options with { GradientCheckpointing = Checkpointing.True });
        Assert.Equal(expected, Train(Options with { GradientCheckpointing = Checkpointing.Auto }, new TrainingSinks { HasAmpleMemory = true }));

        var uninterrupted = Train(Options);
        using var source = new CancellationTokenSource();
        var interrupted = new TrainingSinks { CheckpointFolder = _folder["states"], Progress = p => { if (p.Metrics.Step == 2) source.Cancel(); } };
        Assert.Throws<OperationCanceledException>(() => Trainer.Run(_model, Options, Images, interrupted, source.Token));
        // Blocks may wait elsewhere when it goes on.
        Assert.Equal(uninterrupted, Train(Options with { BlocksToSwap = 3 }, new TrainingSinks { CheckpointFolder = _folder["states"] }));
    }

    [Fact]
    public void Swapped_blocks_change_no_byte()
    {
        var options = Options with { Fp8Base = false };
        var away = new List<int>();
        var looking = new Looking(moment => away.Add(FrozenWeights.Waiting(moment.Model.UNet, 4).Count(block => block.modules().OfType<LinearLayer>().All(layer => layer.Weight.isnan().all().item<bool>()))));
        var expected = Train(options, new TrainingSinks { Hooks = [looking], WaitingPlace = new CountingPlace(() => { }) });
        Assert.Equal(expected, Train(options with { BlocksToSwap = 3 }, new TrainingSinks { Hooks = [looking], WaitingPlace = new CountingPlace(() => { }) }));
        Assert.Equal([0, 0, 0, 0, 3, 3, 3, 3], away);
        Assert.Equal(expected, Train(options with { BlocksToSwap = 3 }));
    }

    [Theory]
    [InlineData(Checkpointing.False)]
    [InlineData(Checkpointing.True)]
    public void Steps_leave_no_tensor_behind(Checkpointing checkpointing)
    {
        var counts = new Counts();
        Train(Options with { MaxTrainSteps = 40, GradientCheckpointing = checkpointing }, new TrainingSinks { Metrics = [counts] });
        Assert.All(counts.All.Skip(Settled), count => Assert.Equal(counts.All[Settled], count));
    }

    /// <summary>Hooks that draw do it with the weights that everybody else draws with.</summary>
    [Fact]
    public void A_hook_can_have_all_weights_as_they_were()
    {
        var (before, seen) = (Weights(), new List<bool>());
        var expected = Train(Options);
        var hook = new Looking(moment =>
        {
            moment.Network.Detach();
            using (moment.WholeWeights())
                seen.Add(before.SequenceEqual(Weights()));
            seen.Add(before.SequenceEqual(Weights()));
            moment.Network.Attach();
        });
        Assert.Equal(expected, Train(Options, new TrainingSinks { Hooks = [hook] }));
        Assert.Equal([true, false, true, false, true, false, true, false], seen);
    }

    [Theory]
    [InlineData(true, 0, "fp8_base: does not go with `dora_wd`")]
    [InlineData(false, 3, "blocks_to_swap: does not go with `dora_wd`")]
    public void A_DoRA_computes_with_the_weights_themselves(bool inEightBits, int blocks, string expected)
    {
        var options = Options with { Fp8Base = inEightBits, BlocksToSwap = blocks, Network = new() { Adapter = new() { DoraWd = true } } };
        Assert.Contains(expected, Assert.Throws<ArgumentException>(options.Validate).Message, StringComparison.Ordinal);
    }

    private byte[] Train(TrainingOptions options, TrainingSinks? sinks = null)
    {
        using var scope = NewDisposeScope();
        using var network = Trainer.Run(_model, options, Images, sinks ?? new TrainingSinks(), TestContext.Current.CancellationToken);
        return [.. network.Adapters.SelectMany(module => module.Parameters).SelectMany(parameter => parameter.Value.detach().bytes.ToArray())];
    }

    private byte[] Weights()
    {
        using var scope = NewDisposeScope();
        return [.. _model.UNet.parameters().SelectMany(weight => weight.detach().contiguous().bytes.ToArray())];
    }

    private sealed class Counts : IMetricsSink
    {
        public List<long> All { get; } = [];

        public void Write(StepMetrics metrics)
        {
            if (All.Count == Settled)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
            }

            All.Add(Tensor.TotalCount);
        }
    }

    private sealed class Looking(Action<TrainingMoment> look) : ITrainingHook
    {
        public string Name => "looking";

        public void AfterStep(TrainingMoment moment) => look(moment);

        public IReadOnlyDictionary<string, Tensor> State() => new Dictionary<string, Tensor>();

        public void Restore(IReadOnlyDictionary<string, Tensor> state)
        {
        }
    }
}
