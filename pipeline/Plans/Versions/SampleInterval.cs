using Slipway.Engine.Options;

namespace Slipway.Pipeline.Plans.Versions;

/// <summary>When a training draws pictures: before its first step, at an interval, and after its last.</summary>
public sealed record SampleInterval
{
    /// <summary>Its options.</summary>
    public static OptionTable<SampleInterval> Declared { get; } = new(
        option =>
        [
            option.Whole("sample_every_n_steps", o => o.SampleEveryNSteps, (o, v) => o with { SampleEveryNSteps = v }, 1) with
            {
                Says = "Draws the evaluation's prompts after every so many optimizer steps, before the first and after the last.",
                SdScripts = "",
            },
            option.Whole("sample_every_n_epochs", o => o.SampleEveryNEpochs, (o, v) => o with { SampleEveryNEpochs = v }, 1) with
            {
                Says = "The same after every so many epochs.",
                SdScripts = "",
            },
        ],
        options => options is { SampleEveryNSteps: not null, SampleEveryNEpochs: not null }
            ? [new OptionProblem("sample_every_n_steps", "and `sample_every_n_epochs` cannot both be given; `null` takes an inherited one away.", IsLack: true)]
            : []);

    /// <summary>Optimizer steps; null where epochs count.</summary>
    public int? SampleEveryNSteps { get; init; }

    /// <summary>Epochs; null where steps count.</summary>
    public int? SampleEveryNEpochs { get; init; }
}
