using Slipway.Training.Hooks;
using Slipway.Training.Options;
using static TorchSharp.torch;

namespace Slipway.Training.Saves;

/// <summary>
/// Saves the network between steps. A resumed training writes again what it comes past again, to the same bytes, and leaves what was
/// saved before its checkpoint; so the files belong into a folder that outlives a kill.
/// </summary>
/// <param name="options">When.</param>
/// <param name="outputName">Begins the files' names.</param>
/// <param name="write">Gets the moment, its network with the values to be saved in place, and the file's name without extension.</param>
public sealed class PeriodicSave(SaveOptions options, string outputName, Action<TrainingMoment, string> write) : ITrainingHook
{
    /// <inheritdoc/>
    public string Name => "saves";

    /// <inheritdoc/>
    public void AfterStep(TrainingMoment moment)
    {
        ArgumentNullException.ThrowIfNull(moment);
        foreach (var name in options.Due(outputName, moment.Step, moment.Steps, moment.StepsPerEpoch))
        {
            using var evaluation = moment.Evaluate();
            write(moment, name);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Tensor> State() => new Dictionary<string, Tensor>(StringComparer.Ordinal);

    /// <inheritdoc/>
    public void Restore(IReadOnlyDictionary<string, Tensor> state)
    {
    }
}
