using Slipway.Engine.Options;

namespace Slipway.Pipeline.Plans.Axes;

/// <summary>An axis of a grid.</summary>
/// <param name="Kind">What changes along it.</param>
/// <param name="Values">What it is, entry by entry; numbers as canonical texts, ranges written out, none twice.</param>
public sealed record GridAxis(AxisKind Kind, IReadOnlyList<string> Values)
{
    /// <inheritdoc/>
    public bool Equals(GridAxis? other) => other is not null && Kind == other.Kind && Values.SequenceEqual(other.Values);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Kind, Values.Count);

    /// <inheritdoc/>
    public override string ToString() => $"{Kind.Name()}: {string.Join(", ", Values.Select(AxisList.Write))}";

    /// <summary>What rows, columns or pages are called.</summary>
    internal IReadOnlyList<string> Labels => [.. Values.Select(value => Kind.LabelOf(value))];

    /// <summary>Reads entries as the web UIs write them: <c>0.2-1.0 (+0.2)</c>, <c>1, 2, 7-9</c>, <c>"a, b", c</c>.</summary>
    /// <param name="kind">What changes along the axis.</param>
    /// <param name="text">The entries.</param>
    /// <param name="axis">The axis; of no meaning where something is wrong.</param>
    /// <returns>What is wrong, as the rest of a sentence; null: nothing.</returns>
    internal static string? Read(AxisKind kind, string text, out GridAxis axis)
    {
        axis = new GridAxis(kind, []);
        return AxisList.Split(text, out var entries) ?? Read(kind, entries, out axis);
    }

    /// <summary>Reads entries that are parted already.</summary>
    internal static string? Read(AxisKind kind, IReadOnlyList<string> entries, out GridAxis axis)
    {
        axis = new GridAxis(kind, []);
        var values = new List<string>();
        foreach (var entry in entries)
        {
            if (Add(kind, entry, values) is { } wrong)
                return wrong;
        }

        axis = new GridAxis(kind, values);
        if (values.Count == 0)
            return "is empty";
        if (values.GroupBy(value => value, StringComparer.Ordinal).FirstOrDefault(group => group.Skip(1).Any()) is { Key: var twice })
            return $"has `{twice}` twice, which would be drawn twice; remove one";
        return kind == AxisKind.Replace && values.Count < 2 ? "must have the text that is looked for and at least one that stands in its place" : null;
    }

    private static string? Add(AxisKind kind, string entry, List<string> values)
    {
        if (kind is AxisKind.SavedStep or AxisKind.SavedEpoch && entry.Trim() == AxisKinds.End)
        {
            values.Add(AxisKinds.End);
            return null;
        }

        if (kind.Numbers() is { } range)
        {
            if (AxisNumbers.Read(entry, range, out var numbers) is { } wrong)
                return wrong;
            values.AddRange(numbers);
            return null;
        }

        var value = kind.Words() is { } words ? words.FirstOrDefault(word => word.Equals(entry.Trim(), StringComparison.OrdinalIgnoreCase)) : entry;
        if (value is null)
            return $"has `{entry}`; {NearestName.Hint(entry, kind.Words()!)}";
        if (value.Length == 0 && (kind != AxisKind.Replace || values.Count == 0))
            return "has an empty entry";
        values.Add(value);
        return null;
    }
}
