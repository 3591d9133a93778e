using Slipway.Engine.Options;

namespace Slipway.Training.Options;

/// <summary>Which optimizer, and its constants, under sd-scripts' names.</summary>
public sealed record OptimizerOptions
{
    /// <summary>Its options.</summary>
    public static OptionTable<OptimizerOptions> Declared { get; } = new(
        option =>
        [
            option.Of("optimizer_type", new Text { Spelling = name => OptimizerNames.Canonical(name) ?? name }, o => o.OptimizerType, (o, v) => o with { OptimizerType = v }) with
            {
                Says = $"The optimizer: {string.Join(", ", OptimizerNames.All)}.",
                SdScripts = "",
            },
            option.Texts("optimizer_args", o => o.OptimizerArgs, (o, v) => o with { OptimizerArgs = v }) with
            {
                Says = "The optimizer's own constants, `key=value` each, such as `betas=0.9,0.99`.",
                SdScripts = "",
            },
            .. option.Part(AdamWOptions.Declared, o => o.AdamW, (o, v) => o with { AdamW = v }).Select(part => part with { Unfit = OfAdamW }),
        ],
        Rules);

    /// <summary><c>optimizer_type</c>: one of <see cref="OptimizerNames.All"/>.</summary>
    public string OptimizerType { get; init; } = OptimizerNames.AdamW;

    /// <summary><c>optimizer_args</c>: <c>key=value</c> each, of the optimizer's own constants, such as <c>betas=0.9,0.99</c>.</summary>
    public IReadOnlyList<string> OptimizerArgs { get; init; } = [];

    /// <summary>AdamW's constants where <see cref="OptimizerArgs"/> say nothing.</summary>
    public AdamWOptions AdamW { get; init; } = new();

    /// <summary>The names that <see cref="OptimizerArgs"/> can have for an optimizer; empty for an unknown one.</summary>
    public static IReadOnlyList<string> ArgumentsOf(string optimizerType)
    {
        var arguments = new OptimizerArguments([], optimizerType);
        _ = new OptimizerOptions { OptimizerType = optimizerType }.Read(arguments);
        return arguments.Known;
    }

    /// <summary>The constants of the optimizer that is named, with what <see cref="OptimizerArgs"/> say, such as <see cref="LionOptions"/>; null for an unknown one.</summary>
    internal object? Constants => Read(new OptimizerArguments(OptimizerArgs, OptimizerType));

    /// <summary>Whether a learning rate's course is part of it, so that <c>lr_scheduler</c> has to be <c>constant</c>.</summary>
    internal bool MakesOwnRates => Constants is ScheduleFreeOptions or AdafactorOptions { RelativeStep: true };

    /// <summary>What sd-scripts writes as <c>ss_optimizer</c>: the class and its arguments.</summary>
    internal string Description => $"{OptimizerNames.ClassOf(OptimizerType)}{(DescribedArguments is { Length: > 0 } arguments ? $"({arguments})" : "")}";

    private bool IsAdamW => OptimizerType is OptimizerNames.AdamW or OptimizerNames.AdamW8bit;

    private string DescribedArguments => IsAdamW && OptimizerArgs.Count == 0
        ? $"weight_decay={PythonText.Of(AdamW.WeightDecay)}"
        : string.Join(',', OptimizerArgs);

    private object? Read(OptimizerArguments arguments) => OptimizerNames.KindOf(OptimizerType)?.Constants(this, arguments);

    private static string? OfAdamW(OptimizerOptions options) => options.IsAdamW
        ? null
        : $"is AdamW's; for {options.OptimizerType} give it in `optimizer_args`, where {string.Join(", ", ArgumentsOf(options.OptimizerType))} are known.";

    private static IEnumerable<OptionProblem> Rules(OptimizerOptions options)
    {
        if (OptimizerNames.KindOf(options.OptimizerType) is null)
            return [new OptionProblem("optimizer_type", OptimizerNames.Refusal(options.OptimizerType))];
        var arguments = new OptimizerArguments(options.OptimizerArgs, options.OptimizerType);
        var constants = options.Read(arguments);
        return [.. arguments.Problems, .. (constants as IConstants)?.Problems() ?? []];
    }
}
