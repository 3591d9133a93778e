using Slipway.Engine.Options;
using Slipway.Training.Data;
using Slipway.Training.Hooks;
using Slipway.Training.Metrics;
using Slipway.Training.Options;
using Slipway.Training.State;
using static TorchSharp.torch;

namespace Slipway.Training.Validation;

/// <summary>
/// Measures a training at its interval and after its last step, with the values that would be saved then; and ends it early
/// where that is asked for.
/// </summary>
public sealed class ValidationHook : ITrainingHook, IDisposable
{
    private readonly ValidationOptions _options;
    private readonly IReadOnlyList<TrainingImage> _images;
    private readonly TrainingOptions _training;
    private readonly EarlyStopping? _stopping;
    private readonly CancellationToken _cancellation;
    private Validator? _validator;

    /// <param name="options">When, and on what noise.</param>
    /// <param name="images">Pictures that are not learned from.</param>
    /// <param name="training">Gives the weights of timesteps, and the seed where the options have none.</param>
    /// <param name="stopping">When the training ends early; null: it goes to its end.</param>
    /// <param name="cancellation">Looked at while the pictures are prepared; a measurement goes to its end, so that its step can be saved.</param>
    /// <exception cref="ArgumentException">Options that cannot be: all of them, a line each.</exception>
    public ValidationHook(ValidationOptions options, IReadOnlyList<TrainingImage> images, TrainingOptions training, EarlyStoppingOptions? stopping = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(training);
        OptionProblem.ThrowIfAny([.. ValidationOptions.Declared.Problems(options), .. stopping is null ? [] : EarlyStoppingOptions.Declared.Problems(stopping)]);
        (_options, _images, _training, _cancellation) = (options, images, training, cancellation);
        _stopping = stopping is null ? null : new EarlyStopping(stopping);
    }

    /// <inheritdoc/>
    public string Name => "validation";

    /// <inheritdoc/>
    public bool IsDone => _stopping?.IsOver == true;

    /// <summary>The last step taken and what was measured after it; null before the first measurement.</summary>
    public (int Step, ValidationLosses Losses)? Last { get; private set; }

    /// <summary>The step whose values the training ends with, and what was measured after it: the ★ of early stopping, else the last.</summary>
    public (int Step, ValidationLosses Losses)? Kept { get; private set; }

    /// <inheritdoc/>
    public void Begin(TrainingMoment moment)
    {
        ArgumentNullException.ThrowIfNull(moment);
        _validator ??= new Validator(moment.Model, _images, _options.ValidationTimesteps, _training.Weighting, _options.ValidationSeed ?? _training.Seed, _cancellation) { IsWeighted = _training.Data.WeightedCaptions };
    }

    /// <inheritdoc/>
    public void AfterStep(TrainingMoment moment)
    {
        ArgumentNullException.ThrowIfNull(moment);
        if (!_options.IsDue(moment.Step, moment.Steps))
            return;
        using var values = moment.Evaluate();
        var losses = _validator!.Measure(CancellationToken.None);
        moment.Validation = losses;
        _stopping?.Observe(moment.Step, losses, moment.Parameters.Values);
        Last = (moment.Step, losses);
        if (_stopping?.RestoresBest != true || _stopping.BestStep == moment.Step)
            Kept = Last;
    }

    /// <inheritdoc/>
    public void AtEnd(TrainingMoment moment)
    {
        ArgumentNullException.ThrowIfNull(moment);
        _stopping?.TryRestore(moment.Parameters.Values);
        // What is saved may be more than the values of that step: a hook before this one may have averaged several.
        if (Kept is { Step: var step })
            Kept = (step, _validator!.Measure(CancellationToken.None));
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Tensor> State()
    {
        var state = new Dictionary<string, Tensor>(_stopping?.State() ?? new Dictionary<string, Tensor>(), StringComparer.Ordinal);
        if (Last is { } last)
            state["last"] = Row(last);
        if (Kept is { } kept)
            state["kept"] = Row(kept);
        return state;
    }

    /// <inheritdoc/>
    public void Restore(IReadOnlyDictionary<string, Tensor> state)
    {
        ArgumentNullException.ThrowIfNull(state);
        _stopping?.Restore(state);
        (Last, Kept) = (Measured(state, "last"), Measured(state, "kept"));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _validator?.Dispose();
        _stopping?.Dispose();
    }

    private static Tensor Row((int Step, ValidationLosses Losses) measured) =>
        tensor(new[] { measured.Step, measured.Losses.Total, measured.Losses.Subject, measured.Losses.Background });

    private static (int Step, ValidationLosses Losses)? Measured(IReadOnlyDictionary<string, Tensor> state, string name)
    {
        if (!state.ContainsKey(name))
            return null;
        var row = state.Numbers(name);
        return ((int)row[0], new ValidationLosses(row[1], row[2], row[3]));
    }
}
