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

    /// <summary>The keys that were asked for.</summary>
    public IReadOnlySet<string> Known => _known;

    /// <summary>Whether what is missing has been accounted for: the mapping inherits from something that is not there.</summary>
    public bool IsPartial { get; init; }

    /// <summary>Where the key's value stands; the mapping's own place when it has none.</summary>
    public Place PlaceOf(string key) => _node[key]?.Place ?? _node.Place;

    /// <summary>A text that must be there.</summary>
    public string Text(string key)
    {
        if (Find(key) is not { } node)
        {
            Missing(key, "a text");
            return "";
        }

        var slips = new List<Slip>();
        _ = new Text().TryRead(node, slips, out var text);
        Report(key, slips);
        return text;
    }

    /// <summary>The options of a record that are given here, laid over <paramref name="record"/>.</summary>
    /// <param name="table">The options.</param>
    /// <param name="record">What holds where nothing is given.</param>
    public T Read<T>(OptionTable<T> table, T record)
        where T : class, new()
    {
        var given = new List<Option<T>>();
        var refused = new HashSet<string>(StringComparer.Ordinal);
        foreach (var option in table.Options)
        {
            if (Find(option.Name) is not { } node)
            {
                if (option.IsRequired)
                    Missing(option.Name, option.Expected);
            }
            else if (!option.IsUnset(node))
            {
                given.Add(option);
                if (!TryRead(option, node, ref record))
                    refused.Add(option.Name);
            }
        }

        // Of a value that could not be read enough has been said.
        Report(given.Select(option => option.Misfit(record)).OfType<OptionProblem>().Concat(table.Rules(record)).Where(problem => !refused.Contains(problem.Option)));
        return record;
    }

    /// <summary>Those options of a record that are given here, as canonical text by name.</summary>
    public IReadOnlyDictionary<string, string> Given<T>(OptionTable<T> table)
        where T : class, new()
    {
        var before = _values.Keys.ToHashSet(StringComparer.Ordinal);
        _ = Read(table, new T());
        return _values.Where(value => !before.Contains(value.Key) && table.Find(value.Key) is not null).ToDictionary(StringComparer.Ordinal);
    }

    /// <summary>Says what does not go together, each where its option stands; what lacks something, only where all is known.</summary>
    public void Report(IEnumerable<OptionProblem> problems)
    {
        foreach (var problem in problems.Where(problem => !(IsPartial && problem.IsLack)))
            Problem(problem.Option, problem.What);
    }

    /// <summary>Says that a key must be given, unless what is missing has been accounted for.</summary>
    public void Missing(string key, string expected)
    {
        if (!IsPartial)
            _problems.Add(_node.Place, PathOf(key), $"is missing; give {expected}.");
    }

    /// <summary>The text as it stands, without a word on it; null where it is none.</summary>
    public string? FindText(string key) => _node[key] is ScalarNode { IsNull: false } scalar ? scalar.Text.Trim() : null;

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
        var unknown = new List<(string Key, Place Place)>();
        foreach (var entry in _node.Entries.Where(entry => !_known.Contains(entry.Key)))
        {
            if (AfterComma(entry) is { } hint)
                _problems.Add(entry.Place, PathOf(entry.Key), $"is not a known key; {hint}");
            else
                unknown.Add((entry.Key, entry.Place));
        }

        _problems.Add(new ReadMapping(_path, _node.Place, _known, unknown));
    }

    // In braces a comma ends a value: `{ learning_rate: 0,0001 }` is a rate of 0 and a key 0001.
    private string? AfterComma(MappingNode.Entry entry) =>
        entry.Value is ScalarNode { IsNull: true }
            && _node.Entries.TakeWhile(other => !ReferenceEquals(other, entry)).LastOrDefault() is { Value: ScalarNode { IsPlain: true } number } before
            && number.Place.Line == entry.Place.Line
            && DecimalComma.Advice($"{number.Text},{entry.Key}") is { Length: > 0 }
            ? $"a comma ends a value here: write `{before.Key}: {number.Text}.{entry.Key}`, with a point."
            : null;

    private bool TryRead<T>(Option<T> option, PlanNode node, ref T record)
        where T : class
    {
        var slips = new List<Slip>();
        record = option.Read(record, node, slips);
        if (slips.Count == 0)
            _values[option.Name] = option.Write(record);
        Report(option.Name, slips.Select(slip => slip.Written == (IWritten)node && node is IWrittenList ? slip with { What = slip.What.TrimEnd('.') + option.InsteadOfList + "." } : slip));
        return slips.Count == 0;
    }

    private void Report(string key, IEnumerable<Slip> slips)
    {
        foreach (var slip in slips)
            _problems.Add(((PlanNode)slip.Written).Place, slip.Below.Length == 0 ? PathOf(key) : $"{PathOf(key)}.{slip.Below}", slip.What);
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

    private T Refuse<T>(string key, PlanNode found, string expected, T instead)
    {
        _problems.Add(found.Place, PathOf(key), $"must be {expected}, but is {found.Kind}.");
        return instead;
    }

    private string PathOf(string key) => _path.Length == 0 ? key : $"{_path}.{key}";
}
