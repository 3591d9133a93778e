using Slipway.Engine.Options;

namespace Slipway.Pipeline.Plans.Yaml;

/// <summary>A piece of a plan, and where it stands.</summary>
/// <param name="Place">Where it begins.</param>
/// <param name="Weight">How many nodes it is made of, aliases written out.</param>
internal abstract record PlanNode(Place Place, long Weight) : IWritten
{
    /// <summary>What it is, in the words of an error.</summary>
    public abstract string Kind { get; }
}

/// <summary>A value.</summary>
/// <param name="Text">Its text.</param>
/// <param name="IsPlain">Whether it was written without quotes, so that it may be a number, a switch or null.</param>
/// <param name="Place">Where it stands.</param>
internal sealed record ScalarNode(string Text, bool IsPlain, Place Place) : PlanNode(Place, 1), IWrittenText
{
    public bool IsNull => IsPlain && (Text is "" or "~" or "null");

    public override string Kind => IsNull ? "empty" : IsPlain ? $"`{Text}`" : $"`{Text}` in quotes";
}

/// <summary>A list.</summary>
internal sealed record SequenceNode(IReadOnlyList<PlanNode> Items, Place Place)
    : PlanNode(Place, 1 + Items.Sum(item => item.Weight)), IWrittenList
{
    IReadOnlyList<IWritten> IWrittenList.Items => Items;

    public override string Kind => "a list";
}

/// <summary>Keys and their values, in the order of the file.</summary>
internal sealed record MappingNode(IReadOnlyList<MappingNode.Entry> Entries, Place Place)
    : PlanNode(Place, 1 + Entries.Sum(entry => entry.Value.Weight)), IWrittenMap
{
    IEnumerable<KeyValuePair<string, IWritten>> IWrittenMap.Pairs => Entries.Select(entry => KeyValuePair.Create(entry.Key, (IWritten)entry.Value));

    public override string Kind => "a mapping";

    public PlanNode? this[string key] => Entries.FirstOrDefault(entry => entry.Key == key)?.Value;

    /// <summary>
    /// This with everything of <paramref name="over"/> laid on top: mappings are merged, values and lists are replaced.
    /// Every value keeps its place.
    /// </summary>
    public MappingNode Under(MappingNode over)
    {
        var merged = Entries.ToDictionary(entry => entry.Key, StringComparer.Ordinal);
        foreach (var entry in over.Entries)
        {
            merged[entry.Key] = merged.TryGetValue(entry.Key, out var old) && old.Value is MappingNode below && entry.Value is MappingNode above
                ? entry with { Value = below.Under(above) }
                : entry;
        }

        return new MappingNode([.. merged.Values], over.Place);
    }

    /// <summary>This with another value for a key that is there.</summary>
    public MappingNode With(string key, PlanNode value) =>
        new([.. Entries.Select(entry => entry.Key == key ? entry with { Value = value } : entry)], Place);

    /// <summary>This without some keys.</summary>
    public MappingNode Without(params ReadOnlySpan<string> keys)
    {
        var kept = new List<Entry>();
        foreach (var entry in Entries)
        {
            if (!keys.Contains(entry.Key))
                kept.Add(entry);
        }

        return new MappingNode(kept, Place);
    }

    /// <summary>A key, where it stands, and its value.</summary>
    internal sealed record Entry(string Key, Place Place, PlanNode Value);
}
