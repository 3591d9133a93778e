using System.Globalization;
using System.Text;

namespace Slipway.Tagging.Tags;

/// <summary>What a tag speaks of; the numbers are those of <c>selected_tags.csv</c>.</summary>
public enum TagCategory
{
    /// <summary>Anything that can be seen.</summary>
    General = 0,

    /// <summary>A character by name.</summary>
    Character = 4,

    /// <summary>How fit for whom the picture is.</summary>
    Rating = 9,
}

/// <summary>A tag that a tagger knows.</summary>
/// <param name="Name">As written in the list, with underscores.</param>
/// <param name="Category">What it speaks of.</param>
public sealed record Tag(string Name, TagCategory Category);

/// <summary>A WD14 tagger's list of tags, <c>selected_tags.csv</c>: tag_id, name, category, count; the order is the model's.</summary>
public sealed class TagVocabulary
{
    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);

    private TagVocabulary(IReadOnlyList<Tag> tags)
    {
        Tags = tags;
        for (var i = 0; i < tags.Count; i++)
            _places.TryAdd(tags[i].Name, i);
    }

    /// <summary>The tags in the order of the model's outputs.</summary>
    public IReadOnlyList<Tag> Tags { get; }

    /// <summary>Whether there is a tag of this name.</summary>
    public bool Knows(string name) => _places.ContainsKey(name);

    /// <summary>The place of the first tag of this name; null where there is none.</summary>
    internal int? PlaceOf(string name) => _places.TryGetValue(name, out var place) ? place : null;

    /// <summary>Reads the list.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">A column is missing, a line is damaged, or there is no tag.</exception>
    public static TagVocabulary Load(string path)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"The tagger's list '{path}' does not exist; expected selected_tags.csv beside its model.", path);

        var rows = Rows(path, File.ReadAllText(path, Encoding.UTF8)).ToArray();
        if (rows.Length < 2)
            throw new InvalidDataException($"{path}: no tag in it; expected a header and a line a tag.");

        int Column(string name)
        {
            var index = Array.IndexOf(rows[0], name);
            return index >= 0 ? index : throw new InvalidDataException($"{path}:1: no column '{name}'; expected tag_id,name,category,count.");
        }

        var (nameColumn, categoryColumn) = (Column("name"), Column("category"));
        return new TagVocabulary([.. rows.Skip(1).Select((row, i) => Read(path, i + 2, row, rows[0].Length, nameColumn, categoryColumn))]);
    }

    private static Tag Read(string path, int line, string[] row, int columns, int nameColumn, int categoryColumn)
    {
        if (row.Length != columns)
            throw new InvalidDataException($"{path}:{line}: {row.Length} fields; expected {columns}.");

        if (!int.TryParse(row[categoryColumn], NumberStyles.None, CultureInfo.InvariantCulture, out var category))
            throw new InvalidDataException($"{path}:{line}: category '{row[categoryColumn]}' is no number; expected 0 (general), 4 (character) or 9 (rating).");

        // Other numbers (copyright, artist, meta) do not occur in published lists; they count as general.
        var known = category is 4 or 9 ? (TagCategory)category : TagCategory.General;
        return new Tag(row[nameColumn], known);
    }

    /// <summary>RFC 4180: fields in double quotes may hold commas, line breaks and doubled quotes.</summary>
    private static IEnumerable<string[]> Rows(string path, string text)
    {
        var fields = new List<string>();
        var field = new StringBuilder();
        var quoted = false;
        for (var i = 0; i <= text.Length; i++)
        {
            var letter = i < text.Length ? text[i] : '\n';
            if (quoted && letter == '"' && i + 1 < text.Length && text[i + 1] == '"')
            {
                field.Append('"');
                i++;
            }
            else if (letter == '"')
            {
                quoted = !quoted;
            }
            else if (!quoted && letter is ',' or '\n' && !quoted)
            {
                fields.Add(field.ToString().TrimEnd('\r'));
                field.Clear();
                if (letter == '\n')
                {
                    if (fields.Count > 1 || fields[0].Length > 0)
                        yield return [.. fields];

                    fields.Clear();
                }
            }
            else
            {
                field.Append(letter);
            }
        }

        if (quoted)
            throw new InvalidDataException($"{path}: a double quote is never closed; expected it before the end of its field.");
    }
}
