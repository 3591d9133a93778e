using Slipway.Training.Options;

namespace Slipway.Build.Benches;

/// <summary>A way to need less memory in the steps of a training, and the training that it is shown on.</summary>
/// <param name="Name">As a plan has it.</param>
/// <param name="Without">The training without it.</param>
/// <param name="With">The training with it.</param>
internal sealed record MemorySwitch(string Name, TrainingOptions Without, TrainingOptions With)
{
    // Two tags, so that their order can vary.
    public const string Caption = "sail_kun, beach";

    private static readonly TrainingOptions Plain = new()
    {
        Network = new() { NetworkDim = 16, NetworkAlpha = 8, NetworkTrainUnetOnly = true },
        TrainBatchSize = 1,
        MaxTrainSteps = 1,
        GradientCheckpointing = Checkpointing.True,
    };

    private static readonly TrainingOptions InEightBits = Plain with { Fp8Base = true };

    // Of SDXL's 70, as in the README.
    private const int Waiting = 60;

    /// <summary>All of them. What is kept without gradient checkpointing is shown beside weights in eight bits: with others a step at full size needs much more.</summary>
    public static IReadOnlyList<MemorySwitch> All { get; } =
    [
        new("fp8_base", Plain, InEightBits),
        new("blocks_to_swap", Plain, Plain with { BlocksToSwap = Waiting }),
        new(OptimizerNames.AdamW8bit, Plain, Plain with { Optimizer = new() { OptimizerType = OptimizerNames.AdamW8bit } }),
        new("text encoders away", Plain with { Caption = new() { ShuffleCaption = true } }, Plain),
        new("gradient_checkpointing", InEightBits with { GradientCheckpointing = Checkpointing.False }, InEightBits),
    ];

    /// <summary>All trainings that are measured, each once, by their number.</summary>
    public static IReadOnlyList<TrainingOptions> Trainings { get; } = [.. All.SelectMany(change => new[] { change.Without, change.With }).Distinct(ReferenceEqualityComparer.Instance).Cast<TrainingOptions>()];

    /// <summary>The number of one of <see cref="Trainings"/>.</summary>
    public static int NumberOf(TrainingOptions training) => Trainings.Index().First(entry => ReferenceEquals(entry.Item, training)).Index;
}
