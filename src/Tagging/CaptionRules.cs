namespace Slipway.Tagging;

/// <summary>
/// Probabilities → caption, as sd-scripts' <c>tag_images_by_wd14_tagger.py</c> writes it: general tags, then
/// characters, each in the order of the vocabulary, joined by a comma and a space. Replacements really replace
/// (there, the option does nothing).
/// </summary>
public sealed record CaptionRules
{
    /// <summary>From which probability a general tag is taken.</summary>
    public double GeneralThreshold { get; init; } = 0.35;

    /// <summary>From which probability a character is taken.</summary>
    public double CharacterThreshold { get; init; } = 0.85;

    /// <summary>Whether underscores become spaces in names longer than three letters (<c>^_^</c> stays).</summary>
    public bool RemoveUnderscore { get; init; }

    /// <summary>The word that comes first, whatever is seen; null for none.</summary>
    public string? TriggerWord { get; init; }

    /// <summary>Tags that are left out, with underscores.</summary>
    public IReadOnlyList<string> Exclude { get; init; } = [];

    /// <summary>Tags that become others.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Replace { get; init; } = [];

    /// <summary>Tags that every caption gets behind the trigger word.</summary>
    public IReadOnlyList<string> Extra { get; init; } = [];

    /// <summary>The caption; each tag once.</summary>
    public string Caption(TagProbabilities probabilities)
    {
        var seen = probabilities.Above(TagCategory.General, GeneralThreshold)
            .Concat(probabilities.Above(TagCategory.Character, CharacterThreshold))
            .Where(tag => !Exclude.Contains(tag))
            .Select(Replaced)
            .Select(Spaced);
        string[] first = TriggerWord is null ? [] : [TriggerWord];
        return string.Join(", ", first.Concat(Extra).Concat(seen).Where(tag => tag.Length > 0).Distinct(StringComparer.Ordinal));
    }

    private string Replaced(string tag)
    {
        foreach (var (from, to) in Replace)
        {
            if (from == tag)
            {
                return to;
            }
        }

        return tag;
    }

    private string Spaced(string tag) => RemoveUnderscore && tag.Length > 3 ? tag.Replace('_', ' ') : tag;
}
