using Slipway.Diffusion.Model;
using Slipway.Training.Data;
using Slipway.Training.Hooks;
using Slipway.Training.Metrics;
using Slipway.Training.Options;

namespace Slipway.Training.Loop;

/// <summary>Where a training's figures and checkpoints go, and where it finds what an earlier one computed.</summary>
public sealed record TrainingSinks
{
    /// <summary>Given every step's figures in order; they stay the caller's to dispose.</summary>
    public IReadOnlyList<IMetricsSink> Metrics { get; init; } = [];

    /// <summary>Called between the steps, in this order; they stay the caller's.</summary>
    public IReadOnlyList<ITrainingHook> Hooks { get; init; } = [];

    /// <summary>Called after each step, on the training's thread.</summary>
    public Action<TrainingProgress>? Progress { get; init; }

    /// <summary>Takes a line about each thing that is odd and does not end the training.</summary>
    public Action<string> Warn { get; init; } = _ => { };

    /// <summary>
    /// Holds the training's newest checkpoint and belongs to one training of one model: a checkpoint in it is resumed.
    /// Null: no checkpoints.
    /// </summary>
    public string? CheckpointFolder { get; init; }

    /// <summary>Number of optimizer steps between two checkpoints; more where writing them would take more than a fiftieth of the time.</summary>
    public int CheckpointEverySteps { get; init; } = 200;

    /// <summary>
    /// Whether the device has memory for all inner results of a step, so that <see cref="Checkpointing.Auto"/> computes none of them again. Changes
    /// no bit of what is learned.
    /// </summary>
    public bool HasAmpleMemory { get; init; }

    /// <summary>Where blocks of the UNet wait that <c>blocks_to_swap</c> sends off the device; null: in host memory, and on the CPU nowhere.</summary>
    public IWaitingPlace? WaitingPlace { get; init; }

    /// <summary>Latents and text embeddings of earlier trainings; null: all are computed.</summary>
    public ITensorCache? Tensors { get; init; }
}
