using Slipway.Training.Hooks;
using Slipway.Training.Options;
using Slipway.Training.State;
using static TorchSharp.torch;

namespace Slipway.Training.Saves;

/// <summary>
/// Makes the result the plain mean of the weights at the last saves (stochastic weight averaging, Izmailov et al. 2018). Of one
/// training's late steps the factors may be averaged themselves; of different trainings only their products.
/// </summary>
/// <param name="options">When is saved, and how many saves count.</param>
internal sealed class AverageOfSaves(SaveOptions options) : ITrainingHook, IDisposable
{
    private readonly Queue<Tensor> _saves = [];

    /// <inheritdoc/>
    public string Name => "average_of_saves";

    /// <inheritdoc/>
    public void AfterStep(TrainingMoment moment)
    {
        if (!options.Due("", moment.Step, moment.Steps, moment.StepsPerEpoch).Any())
            return;
        using var inference = no_grad();
        using var evaluation = moment.Evaluate();
        _saves.Enqueue(moment.Parameters.Values.clone().DetachFromDisposeScope());
        while (_saves.Count >= options.AverageLastNSaves)
            _saves.Dequeue().Dispose();
    }

    /// <inheritdoc/>
    public void AtEnd(TrainingMoment moment)
    {
        using var inference = no_grad();
        foreach (var save in _saves)
            moment.Parameters.Values.add_(save);
        moment.Parameters.Values.div_(_saves.Count + 1);
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Tensor> State() =>
        _saves.Index().ToDictionary(save => FormattableString.Invariant($"{save.Index}"), save => save.Item, StringComparer.Ordinal);

    /// <inheritdoc/>
    public void Restore(IReadOnlyDictionary<string, Tensor> state)
    {
        for (var i = 0; i < state.Count; i++)
            _saves.Enqueue(state.Tensor(FormattableString.Invariant($"{i}")).clone().DetachFromDisposeScope());
    }

    public void Dispose()
    {
        foreach (var save in _saves)
            save.Dispose();
    }
}
