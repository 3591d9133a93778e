using Slipway.Training.State;

namespace Slipway.Training.Hooks;

/// <summary>
/// Takes part in a training between its steps: evaluates, draws samples, saves, stops. It never changes what a step computes.
/// Its state lies in the checkpoints, so that a resumed training goes on as if nothing had happened.
/// </summary>
public interface ITrainingHook : ICheckpointed
{
    /// <summary>Names its state in a checkpoint; unique within a training.</summary>
    string Name { get; }

    /// <summary>Whether the training is to end before its next step. Part of the state.</summary>
    bool IsDone => false;

    /// <summary>Before the first step that this run takes; in a resumed training after <see cref="ICheckpointed.Restore"/>.</summary>
    void Begin(TrainingMoment moment)
    {
    }

    /// <summary>Called after each step, before a checkpoint is written.</summary>
    void AfterStep(TrainingMoment moment);

    /// <summary>After the last step; the values to be saved are in place, and may be replaced here.</summary>
    void AtEnd(TrainingMoment moment)
    {
    }
}
