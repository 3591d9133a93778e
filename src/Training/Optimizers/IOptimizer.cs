using Slipway.Training.State;
using static TorchSharp.torch;

namespace Slipway.Training.Optimizers;

/// <summary>
/// Moves the values of <see cref="FlatParameters"/> down their gradients. Its state, counters included, is a function of
/// the gradients and rates that it was given, and is part of a checkpoint.
/// </summary>
public interface IOptimizer : ICheckpointed, IDisposable
{
    /// <summary>Takes one step; the gradients stay as they are.</summary>
    /// <param name="learningRates">One a group, in the order of <see cref="FlatParameters.Groups"/>.</param>
    void Step(IReadOnlyList<double> learningRates);

    /// <summary>
    /// The values [N] that the training is good for, where they are others than those that gradients are taken at:
    /// schedule-free optimizers have such. The caller's to dispose; null: the ones in the buffer.
    /// </summary>
    Tensor? EvaluationValues() => null;
}
