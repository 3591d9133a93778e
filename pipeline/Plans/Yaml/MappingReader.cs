using System.Globalization;
using Slipway.Engine.Options;

namespace Slipway.Pipeline.Plans.Yaml;

/// <summary>
/// Reads the values of one mapping by name, type and range. What is wrong is collected, and a value that would do is
/// given instead, so that the reading goes on and finds the rest. <see cref="Finish"/> reports the keys that nobody
/// asked for.
/// </summary>
internal sealed class MappingReader
{
    private readonly MappingNode _node;
    private readonly string _path;
    private readonly PlanProblems _problems;
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    /// <param name="node">The mapping.</param>
    /// <param name="path">Its keys from the top of the plan, such as <c>versions.v01</c>; empty for the top.</param>
    /// <param name="problems">Takes what is wrong.</param>
    public MappingReader(MappingNode node, string path, PlanProblems problems)
    {
        _node = node;
        _path = path;
        _problems = problems;
    }

    /// <summary>The single values read so far, defaults included, as canonical text: what a fingerprint is made of.</summary>
    public IReadOnlyDictionary<string, string> Values => _values;

    /// <summary>The keys that were asked for.</summary>
    public IReadOnlySet<string> Known => _known;

    /// <summary>Whether what is missing has been accounted for: the mapping inherits from something that is not there.</summary>
    public bool IsPartial { get; init; }

    /// <summary>Where the key's value stands; the mapping's own place when it has none.</summary>
    public Place PlaceOf(string key) => _node[key]?.Place ?? _node.Place;

    public string Text(string key, string? fallback = null) =>
        Read(key, fallback, "a text", scalar => scalar.Text.Trim() is { Length: > 0 } text ? text : null) ?? "";

    /// <summary>A text that may be empty.</summary>
    public string TextOrEmpty(string key) =>
        Find(key) is not { } node || node is ScalarNode { IsPlain: true, IsNull: true } ? Note(key, "")
        : node is ScalarNode scalar ? Note(key, scalar.Text)
        : Refuse(key, node, "a text", "");

    /// <summary>The text as it stands, without a word on it; null where it is none.</summary>
    public string? FindText(string key) => _node[key] is ScalarNode { IsNull: false } scalar ? scalar.Text.Trim() : null;

    public string? OptionalText(string key) => IsUnset(key) ? null : Text(key);

    /// <summary>A name that can be part of a file's name.</summary>
    public string Name(string key, string? fallback = null) =>
        Read(key, fallback, PlanNames.Rule, scalar => PlanNames.IsValid(scalar.Text) ? scalar.Text : null) ?? "";

    public string OneOf(string key, string? fallback, params IReadOnlyList<string> names) =>
        Read(key, fallback, $"one of {string.Join(", ", names)}", scalar => names.Contains(scalar.Text, StringComparer.Ordinal) ? scalar.Text : null) ?? names[0];

    public bool Switch(string key, bool fallback) =>
        Read(key, fallback ? "true" : "false", "true or false", scalar => scalar is { IsPlain: true, Text: "true" or "false" } ? scalar.Text : null) == "true";

    public bool? OptionalSwitch(string key) => IsUnset(key) ? null : Switch(key, fallback: false);

    public int Whole(string key, int? fallback, int min, int max = int.MaxValue) => (int)Long(key, fallback, min, max);

    public int? OptionalWhole(string key, int min, int max = int.MaxValue) => IsUnset(key) ? null : Whole(key, null, min, max);

    public long Long(string key, long? fallback, long min, long max)
    {
        var text = Read(key, fallback?.ToString(CultureInfo.InvariantCulture), WholeRange(min, max), scalar => TryLong(scalar, min, max)?.ToString(CultureInfo.InvariantCulture));
        return text is null ? min : long.Parse(text, CultureInfo.InvariantCulture);
    }

    public double Number(string key, double? fallback, double min, double max = double.PositiveInfinity)
    {
        var text = Read(key, fallback?.ToString("R", CultureInfo.InvariantCulture), NumberRange(min, max), scalar => TryNumber(scalar, min, max)?.ToString("R", CultureInfo.InvariantCulture));
        return text is null ? min : double.Parse(text, CultureInfo.InvariantCulture);
    }

    public double? OptionalNumber(string key, double min, double max = double.PositiveInfinity) => IsUnset(key) ? null : Number(key, null, min, max);

    /// <summary>Two numbers, the smaller first.</summary>
    public (double From, double To) Range(string key, (double From, double To) fallback, double min, double max)
    {
        if (Find(key) is not { } node)
            return fallback;
        var numbers = node is SequenceNode { Items.Count: 2 } pair
            ? pair.Items.Select(item => item is ScalarNode scalar ? TryNumber(scalar, min, max) : null).ToList()
            : [];
        return numbers is [{ } from, { } to] && from <= to
            ? (from, to)
            : Refuse(key, node, $"two numbers [from, to] {Between(min, max)}, the smaller first", fallback);
    }

    /// <summary>One text or a list of texts.</summary>
    public IReadOnlyList<string> OneOrMore(string key) => _node[key] is SequenceNode { Items.Count: > 0 } ? Texts(key) : Text(key) is { Length: > 0 } one ? [one] : [];

    public IReadOnlyList<string> Texts(string key) => Items(key, "a list of texts", item => item is ScalarNode { IsNull: false } scalar ? scalar.Text : null);

    /// <summary>A list of texts that counts as one value; none where the key is absent.</summary>
    public IReadOnlyList<string> OptionalTexts(string key)
    {
        if (IsUnset(key))
            return [];
        var texts = Texts(key);
        Note(key, string.Join('\n', texts));
        return texts;
    }

    /// <summary>
    /// So many numbers that count as one value, as a list or, as in sd-scripts' arguments, in one text with commas between; null
    /// where the key is absent.
    /// </summary>
    public IReadOnlyList<double>? OptionalNumbers(string key, int count, double min, double max = double.PositiveInfinity)
    {
        if (IsUnset(key))
            return null;
        IEnumerable<ScalarNode?> items = _node[key] switch
        {
            SequenceNode list => list.Items.Select(item => item as ScalarNode),
            ScalarNode text => text.Text.Split(',').Select(part => text with { Text = part.Trim(), IsPlain = true }),
            _ => [],
        };
        var numbers = items.Select(item => item is null ? null : TryNumber(item, min, max)).ToList();
        if (numbers.Count != count || numbers.Contains(null))
            return Refuse<IReadOnlyList<double>?>(key, _node[key]!, $"{count} numbers {Between(min, max)}", null);
        Note(key, string.Join(',', numbers.Select(number => number!.Value.ToString("R", CultureInfo.InvariantCulture))));
        return [.. numbers.Select(number => number!.Value)];
    }

    public IReadOnlyList<long> Longs(string key, long min, long max) =>
        [.. Items(key, $"a list of whole numbers {Between(min, max)}", item => item is ScalarNode scalar && TryLong(scalar, min, max) is not null ? scalar.Text : null)
            .Select(text => long.Parse(text, CultureInfo.InvariantCulture))];

    public IReadOnlyList<double> Numbers(string key, double min, double max) =>
        [.. Items(key, $"a list of numbers {Between(min, max)}", item => item is ScalarNode scalar && TryNumber(scalar, min, max) is not null ? scalar.Text : null)
            .Select(text => double.Parse(text, CultureInfo.InvariantCulture))];

    /// <summary>Texts by name; the order of the file.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> TextMap(string key)
    {
        var texts = new List<KeyValuePair<string, string>>();
        foreach (var entry in Entries(key))
        {
            if (entry.Value is ScalarNode { IsNull: false } scalar)
                texts.Add(new KeyValuePair<string, string>(entry.Key, scalar.Text));
            else
                _problems.Add(entry.Value.Place, $"{PathOf(key)}.{entry.Key}", $"must be a text, but is {entry.Value.Kind}.");
        }

        return texts;
    }

    /// <summary>The mapping below a key; an empty one, which lacks what it must have, when it is not there.</summary>
    public MappingReader Section(string key) => new(AsMapping(key), PathOf(key), _problems) { IsPartial = IsPartial && IsUnset(key) };

    /// <summary>The mappings below a key, by name.</summary>
    /// <param name="key">The key.</param>
    /// <param name="partial">Names of those that lack what they should inherit.</param>
    public IEnumerable<(string Name, MappingReader Reader)> Sections(string key, IReadOnlySet<string>? partial = null)
    {
        foreach (var entry in Entries(key))
        {
            if (!PlanNames.IsValid(entry.Key))
                _problems.Add(entry.Place, $"{PathOf(key)}.{entry.Key}", $"is not {PlanNames.Rule}.");
            else if (entry.Value is MappingNode node)
                yield return (entry.Key, new MappingReader(node with { Place = entry.Place }, $"{PathOf(key)}.{entry.Key}", _problems) { IsPartial = partial?.Contains(entry.Key) == true });
            else
                _problems.Add(entry.Value.Place, $"{PathOf(key)}.{entry.Key}", $"must be a mapping, but is {entry.Value.Kind}.");
        }
    }

    /// <summary>The keys below a key, with their places and paths; none where it is no mapping.</summary>
    public IEnumerable<(string Name, Place Place, string Path)> KeysOf(string key) =>
        _node[key] is MappingNode mapping ? mapping.Entries.Select(entry => (entry.Key, entry.Place, $"{PathOf(key)}.{entry.Key}")) : [];

    /// <summary>Reports the items of a list that are there twice, each where it is there again.</summary>
    /// <param name="key">The key of the list.</param>
    /// <param name="values">What its items mean, as far as they could be read.</param>
    public void Distinct<T>(string key, IReadOnlyList<T> values)
    {
        if (_node[key] is not SequenceNode list || list.Items.Count != values.Count)
            return;
        for (var i = 0; i < values.Count; i++)
        {
            var first = values.TakeWhile(value => !Equals(value, values[i])).Count();
            if (first < i)
                _problems.Add(list.Items[i].Place, PathOf(key), $"has `{values[i]}` twice, first in line {list.Items[first].Place.Line}, column {list.Items[first].Place.Column}; remove one.");
        }
    }

    /// <summary>Whether the key is absent or null.</summary>
    public bool IsUnset(string key) => Find(key) is null or ScalarNode { IsNull: true };

    /// <summary>Keys that are read elsewhere, so that they can be guessed at.</summary>
    public void AlsoKnown(params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
            _known.Add(key);
    }

    /// <summary>Whether the key is absent or null, or has nothing in it.</summary>
    public bool IsEmpty(string key) =>
        IsUnset(key) || _node[key] is SequenceNode { Items.Count: 0 } or MappingNode { Entries.Count: 0 };

    /// <summary>Says that a key's value will not do.</summary>
    public void Problem(string key, string what) => _problems.Add(PlaceOf(key), PathOf(key), what);

    /// <summary>Reports the keys that are not known.</summary>
    public void Finish()
    {
        foreach (var entry in _node.Entries.Where(entry => !_known.Contains(entry.Key)))
            _problems.Add(entry.Place, PathOf(entry.Key), $"is not a known key; {NearestName.Hint(entry.Key, _known)}");
    }

    private static string WholeRange(long min, long max) => $"a whole number {Between(min, max)}";

    private static string NumberRange(double min, double max) => $"a number {Between(min, max)}";

    private static string Between(double min, double max) => max is double.PositiveInfinity or int.MaxValue or long.MaxValue
        ? FormattableString.Invariant($"of {min} or more")
        : FormattableString.Invariant($"from {min} to {max}");

    private static long? TryLong(ScalarNode scalar, long min, long max) =>
        scalar.IsPlain && long.TryParse(scalar.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max
            ? value
            : null;

    private static double? TryNumber(ScalarNode scalar, double min, double max) =>
        scalar.IsPlain && double.TryParse(scalar.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) && value >= min && value <= max
            ? value
            : null;

    private string? Read(string key, string? fallback, string expected, Func<ScalarNode, string?> read)
    {
        if (Find(key) is not { } node)
        {
            if (fallback is not null)
                return Note(key, fallback);
            if (!IsPartial)
                _problems.Add(_node.Place, PathOf(key), $"is missing; give {expected}.");
            return null;
        }

        return node is ScalarNode { IsNull: false } scalar && read(scalar) is { } value
            ? Note(key, value)
            : Refuse(key, node, expected, fallback);
    }

    private List<string> Items(string key, string expected, Func<PlanNode, string?> read)
    {
        if (Find(key) is not { } node || node is ScalarNode { IsNull: true })
            return [];
        if (node is not SequenceNode list)
            return Refuse(key, node, expected, new List<string>());
        var items = new List<string>();
        foreach (var item in list.Items)
        {
            if (read(item) is { } value)
                items.Add(value);
            else
                _problems.Add(item.Place, PathOf(key), $"must be {expected}, but has {item.Kind} in it.");
        }

        return items;
    }

    private IReadOnlyList<MappingNode.Entry> Entries(string key) => AsMapping(key).Entries;

    private MappingNode AsMapping(string key)
    {
        var empty = new MappingNode([], PlaceOf(key));
        return Find(key) switch
        {
            MappingNode mapping => mapping,
            null or ScalarNode { IsNull: true } => empty,
            { } other => Refuse(key, other, "a mapping", empty),
        };
    }

    private PlanNode? Find(string key)
    {
        _known.Add(key);
        return _node[key];
    }

    private string Note(string key, string value) => _values[key] = value;

    private T Refuse<T>(string key, PlanNode found, string expected, T instead)
    {
        _problems.Add(found.Place, PathOf(key), $"must be {expected}, but is {found.Kind}.");
        return instead;
    }

    private string PathOf(string key) => _path.Length == 0 ? key : $"{_path}.{key}";
}
