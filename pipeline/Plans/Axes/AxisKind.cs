using Slipway.Diffusion.Sampling;

namespace Slipway.Pipeline.Plans.Axes;

/// <summary>What changes along an axis of a grid.</summary>
public enum AxisKind
{
    /// <summary>The LoRA: a version, an ensemble, or <c>base</c> for none.</summary>
    Version,

    /// <summary>The optimizer step after which the version's LoRA was saved, or <c>end</c>.</summary>
    SavedStep,

    /// <summary>The epoch after which the version's LoRA was saved, or <c>end</c>.</summary>
    SavedEpoch,

    /// <summary>Strength of the version's LoRA.</summary>
    Strength,

    /// <summary>The prompt: a kind of background of the evaluation, or any text.</summary>
    Prompt,

    /// <summary>Search and replace in the prompt: the first text is looked for, and each stands in its place.</summary>
    Replace,

    /// <summary>The seed.</summary>
    Seed,

    /// <summary>The sampler.</summary>
    Sampler,

    /// <summary>Steps of the sampler.</summary>
    Steps,

    /// <summary>Scale of classifier-free guidance.</summary>
    Guidance,
}

/// <summary>What the kinds of axes are called, and what may stand on them.</summary>
internal static class AxisKinds
{
    /// <summary>The names, in the order of the enumeration.</summary>
    public static IReadOnlyList<string> Names { get; } = ["version", "saved_step", "saved_epoch", "strength", "prompt", "replace", "seed", "sampler", "steps", "guidance"];

    /// <summary>What the web UIs call the infotext's axis types.</summary>
    private static readonly string[] WebNames = ["Version", "Saved step", "Saved epoch", "LoRA strength", "Prompt", "Prompt S/R", "Seed", "Sampler", "Steps", "CFG Scale"];

    /// <summary>The word for what a grid is saved before its end.</summary>
    public const string End = "end";

    public static string Name(this AxisKind kind) => Names[(int)kind];

    public static string WebName(this AxisKind kind) => WebNames[(int)kind];

    /// <summary>The kind of a name, the web UIs' too, in any case; null where there is none.</summary>
    public static AxisKind? Find(string name)
    {
        var plain = name.Trim().Replace(' ', '_');
        var index = Names.ToList().FindIndex(known => known.Equals(plain, StringComparison.OrdinalIgnoreCase));
        if (index < 0)
            index = Array.FindIndex(WebNames, known => known.Equals(name.Trim(), StringComparison.OrdinalIgnoreCase));
        return index < 0 ? null : (AxisKind)index;
    }

    /// <summary>The numbers that may stand on it; null where it has none.</summary>
    public static NumberRange? Numbers(this AxisKind kind) => kind switch
    {
        AxisKind.SavedStep or AxisKind.SavedEpoch => new(1, int.MaxValue, IsWhole: true),
        AxisKind.Seed => new(0, uint.MaxValue, IsWhole: true),
        AxisKind.Steps => new(1, 1000, IsWhole: true),
        AxisKind.Guidance => new(1, 100, IsWhole: false),
        AxisKind.Strength => new(-10, 10, IsWhole: false),
        _ => null,
    };

    /// <summary>The words that may stand on it; null where they are not known without the plan.</summary>
    public static IReadOnlyList<string>? Words(this AxisKind kind) => kind == AxisKind.Sampler ? SamplerNames.All : null;

    /// <summary>What a row, a column or a page is called.</summary>
    public static string LabelOf(this AxisKind kind, string value) => kind switch
    {
        AxisKind.Version or AxisKind.Sampler or AxisKind.Prompt => value,
        AxisKind.Replace => value.Length == 0 ? "(left out)" : value,
        AxisKind.SavedStep => value == End ? "last step" : $"step {value}",
        AxisKind.SavedEpoch => value == End ? "last epoch" : $"epoch {value}",
        AxisKind.Steps => $"{value} steps",
        _ => $"{kind.Name()} {value}",
    };
}

/// <summary>Numbers from a least to a greatest.</summary>
/// <param name="Least">The least.</param>
/// <param name="Greatest">The greatest.</param>
/// <param name="IsWhole">Whether they are whole.</param>
internal sealed record NumberRange(decimal Least, decimal Greatest, bool IsWhole)
{
    public override string ToString() => FormattableString.Invariant($"{(IsWhole ? "whole numbers" : "numbers")} {(Greatest == int.MaxValue ? $"from {Least} on" : $"from {Least} to {Greatest}")}");
}
