using Slipway.Training.State;
using static TorchSharp.torch;

namespace Slipway.Training.Optimizers;

/// <summary>
/// The exponential moving average of the trained values (Polyak and Juditsky 1992), an ensemble of a training's late steps in one
/// network. After t steps the decay is at most (1 + t)/(10 + t), so that the start does not linger in short trainings.
/// </summary>
internal sealed class WeightAverage : ICheckpointed, IDisposable
{
    private readonly double _decay;
    private int _steps;

    /// <param name="start">The values [N] before the first step.</param>
    /// <param name="decay">The greatest decay.</param>
    public WeightAverage(Tensor start, double decay)
    {
        _decay = decay;
        Values = start.clone().DetachFromDisposeScope();
    }

    /// <summary>The averaged values, [N], float32.</summary>
    public Tensor Values { get; }

    /// <summary>Takes the values after a step, [N], float32, into the average.</summary>
    public void Add(Tensor values)
    {
        using var inference = no_grad();
        _steps++;
        var decay = Math.Min(_decay, (1.0 + _steps) / (10 + _steps));
        Values.mul_(decay).add_(values, 1 - decay);
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Tensor> State() =>
        new Dictionary<string, Tensor>(StringComparer.Ordinal) { ["values"] = Values, ["steps"] = tensor(new double[] { _steps }) };

    /// <inheritdoc/>
    public void Restore(IReadOnlyDictionary<string, Tensor> state)
    {
        state.Fill("values", Values);
        _steps = (int)state.Numbers("steps")[0];
    }

    public void Dispose() => Values.Dispose();
}
