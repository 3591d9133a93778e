using Slipway.Training.Metrics;
using Slipway.Training.Options;
using Slipway.Training.State;
using static TorchSharp.torch;

namespace Slipway.Training.Validation;

/// <summary>
/// Ends a training when its validation loss no longer falls (Prechelt 1998), and keeps the weights of the best measurement:
/// the ★ between learning the subject and forgetting everything else.
/// </summary>
/// <param name="options">How long to wait, and for what.</param>
public sealed class EarlyStopping(EarlyStoppingOptions options) : ICheckpointed, IDisposable
{
    private double _best = double.PositiveInfinity;
    private int _withoutImprovement;
    private Tensor? _weights;

    /// <summary>The step of the best measurement, counted from 1; 0 before there is one.</summary>
    public int BestStep { get; private set; }

    /// <summary>Whether the weights of <see cref="BestStep"/> are what the training ends with.</summary>
    public bool RestoresBest => options.RestoreBest;

    /// <summary>Whether the patience is at its end.</summary>
    public bool IsOver => _withoutImprovement >= options.Patience;

    /// <summary>Takes a measurement into account, and the values that gave it.</summary>
    /// <param name="step">After which step, counted from 1.</param>
    /// <param name="losses">What was measured; a loss that is no number is no improvement.</param>
    /// <param name="weights">The weights of this step [N]; copied where they are the best so far.</param>
    public void Observe(int step, ValidationLosses losses, Tensor weights)
    {
        ArgumentNullException.ThrowIfNull(losses);
        ArgumentNullException.ThrowIfNull(weights);
        var loss = Loss(losses);
        if (!(loss < _best - options.MinDelta))
        {
            _withoutImprovement++;
            return;
        }
        (_best, BestStep, _withoutImprovement) = (loss, step, 0);
        if (options.RestoreBest)
            Keep(weights);
    }

    /// <summary>Puts the best weights back where they are kept.</summary>
    /// <returns>Whether <paramref name="weights"/> are now those of <see cref="BestStep"/>.</returns>
    public bool TryRestore(Tensor weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        if (_weights is null)
            return false;
        using var inference = no_grad();
        weights.copy_(_weights);
        return true;
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Tensor> State()
    {
        var state = new Dictionary<string, Tensor>(StringComparer.Ordinal) { ["progress"] = tensor(new[] { _best, BestStep, _withoutImprovement }) };
        if (_weights is not null)
            state["best_weights"] = _weights.alias();
        return state;
    }

    /// <inheritdoc/>
    public void Restore(IReadOnlyDictionary<string, Tensor> state)
    {
        ArgumentNullException.ThrowIfNull(state);
        var progress = state.Numbers("progress");
        (_best, BestStep, _withoutImprovement) = (progress[0], (int)progress[1], (int)progress[2]);
        if (options.RestoreBest && BestStep > 0)
            Keep(state.Tensor("best_weights"));
    }

    /// <inheritdoc/>
    public void Dispose() => _weights?.Dispose();

    private double Loss(ValidationLosses losses) => options.Metric switch
    {
        ValidationMetric.ValSubject => losses.Subject,
        ValidationMetric.ValBackground => losses.Background,
        _ => losses.Total,
    };

    private void Keep(Tensor weights)
    {
        using var inference = no_grad();
        if (_weights is null)
            _weights = weights.clone().DetachFromDisposeScope();
        else
            _weights.copy_(weights);
    }
}
