using Slipway.Engine.Options;

namespace Slipway.Training.Options;

/// <summary>What is saved before the end of a training, under sd-scripts' names, and what is made of it.</summary>
public sealed record SaveOptions
{
    private const string Float = "float";

    /// <summary>Precisions of files, under sd-scripts' names.</summary>
    public static IReadOnlyList<string> Precisions { get; } = [Float, "fp16", "bf16"];

    /// <summary>Its options.</summary>
    public static OptionTable<SaveOptions> Declared { get; } = new(
        option =>
        [
            option.Whole("save_every_n_epochs", o => o.SaveEveryNEpochs, (o, v) => o with { SaveEveryNEpochs = v }, 1) with
            {
                Says = "Saves the LoRA after every so many epochs too.",
                SdScripts = "",
            },
            option.Whole("save_every_n_steps", o => o.SaveEveryNSteps, (o, v) => o with { SaveEveryNSteps = v }, 1) with
            {
                Says = "Saves the LoRA after every so many optimizer steps too.",
                SdScripts = "",
            },
            option.Word("save_precision", o => o.SavePrecision, (o, v) => o with { SavePrecision = v }, Precisions) with
            {
                Says = "Precision of the values in the LoRA's files: `float` is 32 bits.",
                SdScripts = "",
            },
            option.Whole("average_last_n_saves", o => o.AverageLastNSaves, (o, v) => o with { AverageLastNSaves = v }, 2, 100) with
            {
                Says = "The result is the mean of the last so many saves' weights, the end's among them.",
            },
        ],
        Rules);

    /// <summary><c>save_every_n_epochs</c>: files <c>{name}-{epoch:000000}</c>, none after the last epoch. Null: none.</summary>
    public int? SaveEveryNEpochs { get; init; }

    /// <summary><c>save_every_n_steps</c>: files <c>{name}-step{step:00000000}</c>. Null: none.</summary>
    public int? SaveEveryNSteps { get; init; }

    /// <summary><c>save_precision</c>: one of <see cref="Precisions"/>.</summary>
    public string SavePrecision { get; init; } = Float;

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

    private static IEnumerable<OptionProblem> Rules(SaveOptions options)
    {
        if (options is { AverageLastNSaves: not null, AreWanted: false })
            yield return new("average_last_n_saves", "has nothing to average; give `save_every_n_epochs` or `save_every_n_steps` too.", IsLack: true);
    }
}
