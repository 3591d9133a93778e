using System.Text;
using Slipway.Diffusion.Text;
using Slipway.Engine.Options;

namespace Slipway.Pipeline.Plans.Yaml;

/// <summary>Names that are made into names of files and targets.</summary>
internal static class PlanNames
{
    private const int Longest = 64;

    /// <summary>What stands for the base model without a LoRA, among the names of versions.</summary>
    public const string Base = "base";

    public const string Rule = "a name of at most 64 letters, digits, _ and -, the first a letter or digit";

    /// <summary>How a name is written.</summary>
    public static Kind<string> Kind { get; } = new Text { Rule = (Rule, IsValid) };

    /// <summary>What file systems that ignore case or compose accents take for the same name.</summary>
    public static string Fold(string name)
    {
        var lower = name.ToLowerInvariant();
        return Ascii.IsValid(lower) ? lower : Accents.Compose(lower);
    }

    public static bool IsValid(string name) =>
        name.Length is > 0 and <= Longest
        && char.IsAsciiLetterOrDigit(name[0])
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-');
}
