namespace Slipway.Training.Options;

/// <summary>What is saved before the end of a training, under sd-scripts' names, and what is made of it.</summary>
public sealed record SaveOptions
{
    /// <summary><c>save_every_n_epochs</c>: files <c>{name}-{epoch:000000}</c>, none after the last epoch. Null: none.</summary>
    public int? SaveEveryNEpochs { get; init; }

    /// <summary><c>save_every_n_steps</c>: files <c>{name}-step{step:00000000}</c>. Null: none.</summary>
    public int? SaveEveryNSteps { get; init; }

    /// <summary><c>average_last_n_saves</c>: the result is the mean of the last so many saves' weights, the end's among them. Null: the end's alone.</summary>
    public int? AverageLastNSaves { get; init; }

    /// <summary>Whether anything is saved before the end.</summary>
    public bool AreWanted => SaveEveryNEpochs is not null || SaveEveryNSteps is not null;

    /// <summary>Names, without extension, of what is to be saved after a step; not that of the end.</summary>
    /// <param name="name">Of the result.</param>
    /// <param name="step">Counted from 1.</param>
    /// <param name="steps">Of the whole training.</param>
    /// <param name="stepsPerEpoch">Optimizer steps.</param>
    public IEnumerable<string> Due(string name, int step, int steps, int stepsPerEpoch)
    {
        if (SaveEveryNEpochs is { } epochs && step % stepsPerEpoch == 0 && step / stepsPerEpoch % epochs == 0 && step < steps)
            yield return FormattableString.Invariant($"{name}-{step / stepsPerEpoch:D6}");
        if (SaveEveryNSteps is { } every && step % every == 0 && step < steps)
            yield return FormattableString.Invariant($"{name}-step{step:D8}");
    }

    internal IEnumerable<string> Problems()
    {
        if (SaveEveryNEpochs < 1) yield return $"save_every_n_epochs: {SaveEveryNEpochs}; use 1 or more, or leave it out.";
        if (SaveEveryNSteps < 1) yield return $"save_every_n_steps: {SaveEveryNSteps}; use 1 or more, or leave it out.";
        if (AverageLastNSaves < 2) yield return $"average_last_n_saves: {AverageLastNSaves}; use 2 or more, or leave it out.";
        if (AverageLastNSaves is not null && !AreWanted) yield return "average_last_n_saves: nothing is saved before the end; give save_every_n_epochs or save_every_n_steps too.";
    }
}
