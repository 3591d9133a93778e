using Slipway.Tagging.Tags;

namespace Slipway.Tagging.Captions;

/// <summary>
/// Probabilities → caption, as sd-scripts' <c>tag_images_by_wd14_tagger.py</c> v0.9.1 writes it: general tags, then
/// characters, each in the order of the vocabulary, joined by the separator. Tags to leave out or to replace may be
/// written with underscores or with spaces, whichever the caption has; there, only as they will be written.
/// </summary>
public sealed record CaptionRules
{
    private const int Shortest = 3;

    /// <summary>From which probability a general tag is taken.</summary>
    public double GeneralThreshold { get; init; } = 0.35;

    /// <summary>From which probability a character is taken.</summary>
    public double CharacterThreshold { get; init; } = 0.85;

    /// <summary>Whether underscores become spaces in names longer than three letters (<c>^_^</c> stays).</summary>
    public bool RemoveUnderscore { get; init; }

    /// <summary><c>character_tag_expand</c>: <c>name_(series)</c> becomes <c>name</c> and <c>series</c>.</summary>
    public bool CharacterTagExpand { get; init; }

    /// <summary><c>character_tags_first</c>: characters come before general tags, the last of the vocabulary first.</summary>
    public bool CharacterTagsFirst { get; init; }

    /// <summary>Where the likeliest rating stands.</summary>
    public RatingPlace Rating { get; init; }

    /// <summary><c>always_first_tags</c>: tags that go to the front where they are seen, the last of this list first of all.</summary>
    public IReadOnlyList<string> AlwaysFirst { get; init; } = [];

    /// <summary><c>caption_separator</c>: what stands between two tags.</summary>
    public string Separator { get; init; } = ", ";

    /// <summary>The word that comes first, whatever is seen; null for none.</summary>
    public string? TriggerWord { get; init; }

    /// <summary>Tags that are left out.</summary>
    public IReadOnlyList<string> Exclude { get; init; } = [];

    /// <summary>Tags that become others.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Replace { get; init; } = [];

    /// <summary>Tags that every caption gets behind the trigger word.</summary>
    public IReadOnlyList<string> Extra { get; init; } = [];

    /// <summary>The caption; each tag once.</summary>
    public string Caption(TagProbabilities probabilities)
    {
        string[] first = TriggerWord is null ? [] : [TriggerWord];
        return string.Join(Separator, first.Concat(Extra).Concat(Seen(probabilities)).Where(tag => tag.Length > 0).Distinct(StringComparer.Ordinal));
    }

    /// <summary>The tags that are likely enough to be taken, general ones and characters, as the vocabulary spells them; no other rule counts.</summary>
    public IEnumerable<string> Taken(TagProbabilities probabilities)
    {
        ArgumentNullException.ThrowIfNull(probabilities);
        return probabilities.Above(TagCategory.General, GeneralThreshold).Concat(probabilities.Above(TagCategory.Character, CharacterThreshold));
    }

    /// <summary><c>append_tags</c>: a caption that is there already, in one line, with those tags behind it that it lacks.</summary>
    /// <param name="existing">The file's text; line ends separate tags too.</param>
    /// <param name="caption">Of <see cref="Caption"/>.</param>
    public string Append(string existing, string caption)
    {
        var had = existing.ReplaceLineEndings(Separator.Trim()).Split(Separator.Trim(), StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return string.Join(Separator, had.Concat(caption.Split(Separator).Where(tag => !had.Contains(tag, StringComparer.Ordinal))));
    }

    private List<string> Seen(TagProbabilities probabilities)
    {
        var general = Written(probabilities.Above(TagCategory.General, GeneralThreshold));
        var characters = Written(probabilities.Above(TagCategory.Character, CharacterThreshold), CharacterTagExpand);
        var tags = (CharacterTagsFirst ? characters.Reverse().Concat(general) : general.Concat(characters)).ToList();
        if (Rating != RatingPlace.None)
            tags.InsertRange(Rating == RatingPlace.First ? 0 : tags.Count, Written(probabilities.Likeliest(TagCategory.Rating)));

        foreach (var tag in AlwaysFirst.Where(tag => tags.Remove(tag)))
            tags.Insert(0, tag);

        return tags;
    }

    private IEnumerable<string> Written(IEnumerable<string> tags, bool expand = false) =>
        tags.Where(tag => !Exclude.Any(excluded => Alike(excluded) == Alike(tag))).Select(tag => Spaced(expand ? Expanded(Replaced(tag)) : Replaced(tag)));

    private string Replaced(string tag)
    {
        foreach (var (from, to) in Replace)
        {
            if (Alike(from) == Alike(tag))
                return to;
        }

        return tag;
    }

    /// <summary><c>name_(costume)_(series)</c> → <c>name_(costume)</c>, <c>series</c>.</summary>
    private string Expanded(string tag) => tag.EndsWith(')') && tag.LastIndexOf('(') is > 0 and var open ? $"{tag[..open].TrimEnd('_')}{Separator}{tag[(open + 1)..^1]}" : tag;

    /// <summary>A tag as those are alike that differ by underscores and spaces alone; names of up to three letters (<c>^_^</c>) differ by every letter.</summary>
    public static string Alike(string tag) => tag.Length > Shortest ? tag.Replace('_', ' ') : tag;

    private string Spaced(string tag) => RemoveUnderscore && tag.Length > Shortest ? tag.Replace('_', ' ') : tag;
}
