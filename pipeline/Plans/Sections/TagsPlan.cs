using Slipway.Engine.Options;
using Slipway.Pipeline.Plans.Yaml;

namespace Slipway.Pipeline.Plans.Sections;

/// <summary>How the tagger's probabilities become captions. The trigger word always comes first.</summary>
public sealed record TagsPlan
{
    /// <summary>Its options.</summary>
    public static OptionTable<TagsPlan> Declared { get; } = new(option =>
    [
        option.Number("general_threshold", o => o.GeneralThreshold, (o, v) => o with { GeneralThreshold = v }, 0, 1) with { Says = "From which probability a general tag is taken." },
        option.Number("character_threshold", o => o.CharacterThreshold, (o, v) => o with { CharacterThreshold = v }, 0, 1) with { Says = "From which probability a character's name is taken." },
        option.Switch("remove_underscore", o => o.RemoveUnderscore, (o, v) => o with { RemoveUnderscore = v }) with { Says = "Writes `night sky` for `night_sky`." },
        option.Texts("exclude", o => o.Exclude, (o, v) => o with { Exclude = v }) with { Says = "Tags that are never taken." },
        option.TextMap("replace", o => o.Replace, (o, v) => o with { Replace = v }) with { Says = "Tags that are written otherwise: old and new." },
        option.Texts("extra", o => o.Extra, (o, v) => o with { Extra = v }) with { Says = "Tags that every caption gets." },
    ]);

    /// <summary>From which probability a general tag is taken.</summary>
    public double GeneralThreshold { get; init; } = 0.35;

    /// <summary>From which probability a character tag is taken.</summary>
    public double CharacterThreshold { get; init; } = 0.85;

    /// <summary>Whether <c>_</c> becomes a space in names longer than three characters.</summary>
    public bool RemoveUnderscore { get; init; }

    /// <summary>Tags that are never taken.</summary>
    public IReadOnlyList<string> Exclude { get; init; } = [];

    /// <summary>Tags that are written otherwise.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Replace { get; init; } = [];

    /// <summary>Tags that every caption gets.</summary>
    public IReadOnlyList<string> Extra { get; init; } = [];

    internal static TagsPlan Read(MappingReader reader)
    {
        var plan = reader.Read(Declared, new TagsPlan());
        reader.Finish();
        return plan;
    }
}
