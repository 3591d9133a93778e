using static TorchSharp.torch;

namespace Slipway.Training.State;

/// <summary>
/// A part of a training with state of its own, which a checkpoint holds. What follows from the seed and the step needs none.
/// </summary>
public interface ICheckpointed
{
    /// <summary>
    /// The state by name, on any device; numbers are tensors in float64. Tensors made for this belong to the current
    /// dispose scope.
    /// </summary>
    IReadOnlyDictionary<string, Tensor> State();

    /// <summary>Puts a saved state back. The tensors are on the CPU and the caller's.</summary>
    /// <exception cref="InvalidDataException">A tensor is missing, or has another shape.</exception>
    void Restore(IReadOnlyDictionary<string, Tensor> state);
}
