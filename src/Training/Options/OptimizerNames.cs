namespace Slipway.Training.Options;

/// <summary>Names of optimizers, as sd-scripts' <c>optimizer_type</c> spells them.</summary>
public static class OptimizerNames
{
    /// <summary><see cref="AdamWOptions"/>; sd-scripts' default.</summary>
    public const string AdamW = "AdamW";
    /// <summary><see cref="AdamWOptions"/>, with moments of a byte each.</summary>
    public const string AdamW8bit = "AdamW8bit";
    /// <summary><see cref="SgdOptions"/>, without momentum unless it is asked for.</summary>
    public const string Sgd = "SGD";
    /// <summary><see cref="SgdOptions"/> with Nesterov's momentum.</summary>
    public const string SgdNesterov = "SGDNesterov";
    /// <summary><see cref="LionOptions"/>.</summary>
    public const string Lion = "Lion";
    /// <summary><see cref="AdafactorOptions"/>.</summary>
    public const string Adafactor = "Adafactor";
    /// <summary><see cref="ProdigyOptions"/>.</summary>
    public const string Prodigy = "Prodigy";
    /// <summary><see cref="ScheduleFreeOptions"/>.</summary>
    public const string AdamWScheduleFree = "AdamWScheduleFree";

    private static readonly OptimizerKind[] Kinds =
    [
        new(AdamW, "torch.optim.adamw.AdamW", (options, arguments) => options.AdamW.With(arguments)),
        new(AdamW8bit, "bitsandbytes.optim.adamw.AdamW8bit", (options, arguments) => new AdamW8bitOptions(options.AdamW.With(arguments))),
        new(SgdNesterov, "torch.optim.sgd.SGD", (_, arguments) => SgdOptions.Read(arguments, new SgdOptions { Momentum = 0.9, Nesterov = true })),
        new(Sgd, "torch.optim.sgd.SGD", (_, arguments) => SgdOptions.Read(arguments, new SgdOptions())),
        new(Lion, "lion_pytorch.lion_pytorch.Lion", (_, arguments) => LionOptions.Read(arguments)),
        new(Adafactor, "transformers.optimization.Adafactor", (_, arguments) => AdafactorOptions.Read(arguments)),
        new(Prodigy, "prodigyopt.prodigy.Prodigy", (_, arguments) => ProdigyOptions.Read(arguments)),
        new(AdamWScheduleFree, "schedulefree.adamw_schedulefree.AdamWScheduleFree", (_, arguments) => ScheduleFreeOptions.Read(arguments)),
    ];

    /// <summary>Those that there are.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Kinds.Select(kind => kind.Name)];

    // Eight bits are worth it where there are two moments; a LoRA's other optimizers have little to save.
    private static readonly (string Part, string Instead)[] Others =
    [
        ("schedulefree", AdamWScheduleFree),
        ("dadapt", Prodigy),
        ("prodigy", Prodigy),
        ("lion", Lion),
        ("adafactor", Adafactor),
        ("sgd", SgdNesterov),
        ("adamw8bit", AdamW8bit),
        ("adam", AdamW),
        ("ademamix", AdamW),
    ];

    /// <summary>The spelling of a name that is one but for its case; null for any other.</summary>
    public static string? Canonical(string name) => All.FirstOrDefault(known => string.Equals(known, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The Python class that sd-scripts takes for a name.</summary>
    public static string ClassOf(string name) => (KindOf(name) ?? Kinds[0]).PythonClass;

    /// <summary>The optimizer with a name; null where there is none.</summary>
    internal static OptimizerKind? KindOf(string name) => Kinds.FirstOrDefault(kind => kind.Name == name);

    /// <summary>Why a name is none, and what to use: <c>'Lion8bit' needs bitsandbytes…; use Lion</c>.</summary>
    public static string Refusal(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var instead = Others.FirstOrDefault(other => name.Contains(other.Part, StringComparison.OrdinalIgnoreCase)).Instead;
        var reason = IsSmall(name)
            ? "needs bitsandbytes (8-bit or paged states, CUDA alone); a LoRA's states are small, and here they are kept in float32"
            : "is not known";
        return $"'{name}' {reason}; use {instead ?? $"one of {string.Join(", ", All)}"}.";
    }

    private static bool IsSmall(string name) =>
        new[] { "8bit", "paged", "bitsandbytes", "bnb", "32bit", "4bit" }.Any(part => name.Contains(part, StringComparison.OrdinalIgnoreCase));
}
