using Slipway.Pipeline.Plans.Yaml;

namespace Slipway.Pipeline.Plans;

/// <summary>How the tagger's probabilities become captions. The trigger word always comes first.</summary>
/// <param name="GeneralThreshold">From which probability a general tag is taken.</param>
/// <param name="CharacterThreshold">From which probability a character tag is taken.</param>
/// <param name="RemoveUnderscore">Whether <c>_</c> becomes a space in names longer than three characters.</param>
/// <param name="Exclude">Tags that are never taken.</param>
/// <param name="Replace">Tags that are written otherwise.</param>
/// <param name="Extra">Tags that every caption gets.</param>
public sealed record TagsPlan(
    double GeneralThreshold,
    double CharacterThreshold,
    bool RemoveUnderscore,
    IReadOnlyList<string> Exclude,
    IReadOnlyList<KeyValuePair<string, string>> Replace,
    IReadOnlyList<string> Extra)
{
    internal static TagsPlan Read(MappingReader reader)
    {
        var plan = new TagsPlan(
            reader.Number("general_threshold", 0.35, 0, 1),
            reader.Number("character_threshold", 0.85, 0, 1),
            reader.Switch("remove_underscore", fallback: false),
            reader.Texts("exclude"),
            reader.TextMap("replace"),
            reader.Texts("extra"));
        reader.Finish();
        return plan;
    }
}
