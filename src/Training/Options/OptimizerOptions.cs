namespace Slipway.Training.Options;

/// <summary>Which optimizer, and its constants, under sd-scripts' names.</summary>
public sealed record OptimizerOptions
{
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
        _ = Read(new OptimizerOptions { OptimizerType = optimizerType }, arguments);
        return arguments.Known;
    }

    /// <summary>What is wrong, a line each; empty when nothing is.</summary>
    /// <param name="hint">Says of a name and those that are known which was meant; null: all that are known.</param>
    public IEnumerable<string> Problems(Func<string, IEnumerable<string>, string>? hint = null)
    {
        if (!OptimizerNames.All.Contains(OptimizerType, StringComparer.Ordinal))
            return [$"optimizer_type: {OptimizerNames.Refusal(OptimizerType)}"];
        var arguments = new OptimizerArguments(OptimizerArgs, OptimizerType);
        var constants = Read(this, arguments);
        return [.. arguments.Problems(hint), .. (constants as IConstants)?.Problems() ?? []];
    }

    /// <summary>Whether a learning rate's course is part of it, so that <c>lr_scheduler</c> has to be <c>constant</c>.</summary>
    internal bool MakesOwnRates => Constants is ScheduleFreeOptions or AdafactorOptions { RelativeStep: true };

    /// <summary>What sd-scripts writes as <c>ss_optimizer</c>: the class and its arguments.</summary>
    internal string Description => $"{OptimizerNames.ClassOf(OptimizerType)}{(DescribedArguments is { Length: > 0 } arguments ? $"({arguments})" : "")}";

    private string DescribedArguments => OptimizerType == OptimizerNames.AdamW && OptimizerArgs.Count == 0
        ? $"weight_decay={PythonText.Of(AdamW.WeightDecay)}"
        : string.Join(',', OptimizerArgs);

    /// <summary>The constants of the optimizer that is named, with what <see cref="OptimizerArgs"/> say; null for an unknown one.</summary>
    internal object? Constants => Read(this, new OptimizerArguments(OptimizerArgs, OptimizerType));

    private static object? Read(OptimizerOptions options, OptimizerArguments arguments) => options.OptimizerType switch
    {
        OptimizerNames.AdamW => options.AdamW.With(arguments),
        OptimizerNames.Sgd => SgdOptions.Read(arguments, new SgdOptions()),
        OptimizerNames.SgdNesterov => SgdOptions.Read(arguments, new SgdOptions { Momentum = 0.9, Nesterov = true }),
        OptimizerNames.Lion => LionOptions.Read(arguments),
        OptimizerNames.Adafactor => AdafactorOptions.Read(arguments),
        OptimizerNames.Prodigy => ProdigyOptions.Read(arguments),
        OptimizerNames.AdamWScheduleFree => ScheduleFreeOptions.Read(arguments),
        _ => null,
    };
}
