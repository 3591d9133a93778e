using Slipway.Engine.Caching;

namespace Slipway.Pipeline.Commands.Origins;

/// <summary>In what the histories of two files differ: what was said and read otherwise, stage by stage, and not what only followed from it.</summary>
/// <param name="A">One.</param>
/// <param name="B">The other.</param>
public sealed record OriginDifference(Origin A, Origin B)
{
    /// <summary>What is different in stages that both have; the files' own stages count as one, whatever their versions.</summary>
    public IReadOnlyList<OriginChange> Changes { get; private init; } = [];

    /// <summary>Stages that only the first has behind it.</summary>
    public IReadOnlyList<string> OnlyA { get; private init; } = [];

    /// <summary>Stages that only the second has behind it.</summary>
    public IReadOnlyList<string> OnlyB { get; private init; } = [];

    /// <summary>Whether nothing is different.</summary>
    public bool IsNothing => Changes.Count + OnlyA.Count + OnlyB.Count == 0;

    /// <summary>Compares two histories.</summary>
    public static OriginDifference Between(Origin a, Origin b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        var changes = Changed(Label(a.Steps[0], b.Steps[0]), [(a.Steps[0].Results[0], b.Steps[0].Results[0])], 1);
        foreach (var step in a.Steps.Skip(1))
        {
            if (b.Steps.Skip(1).FirstOrDefault(other => other.Stage == step.Stage) is not { } other)
                continue;
            var items = other.Results.ToLookup(result => result.Item, StringComparer.Ordinal);
            changes = changes.Concat(Changed(step.Stage, [.. step.Results.Where(result => items.Contains(result.Item)).Select(result => (result, items[result.Item].First()))], step.Results.Count));
        }

        return new OriginDifference(a, b) { Changes = [.. changes], OnlyA = Without(a, b), OnlyB = Without(b, a) };
    }

    private static string Label(OriginStep a, OriginStep b) => a.Stage == b.Stage ? a.Stage : $"{a.Stage} → {b.Stage}";

    // A file that another stage gave and that has another content is told by that stage.
    private static IEnumerable<OriginChange> Changed(string stage, IReadOnlyList<(OriginResult A, OriginResult B)> items, int of) =>
        items.SelectMany(pair => FingerprintChanges.Find(Own(pair.A, pair.B), Own(pair.B, pair.A)).Select(change => change.ToString()).Distinct(StringComparer.Ordinal))
            .CountBy(change => change, StringComparer.Ordinal)
            .Select(change => new OriginChange(stage, change.Key, change.Value, of));

    private static List<FingerprintEntry> Own(OriginResult result, OriginResult other)
    {
        var there = other.Entries.Where(entry => entry.Kind == EntryKind.Output).Select(entry => entry.Role).ToHashSet(StringComparer.Ordinal);
        return [.. result.Entries.Where(entry => entry.Kind != EntryKind.Output || !there.Contains(entry.Role))];
    }

    private static IReadOnlyList<string> Without(Origin one, Origin other) => [.. one.Steps.Skip(1).Select(step => step.Stage).Where(stage => other.Steps.Skip(1).All(step => step.Stage != stage))];
}

/// <summary>Something that is different between two histories.</summary>
/// <param name="Stage">Label of the stage.</param>
/// <param name="Change">What is different, as a run's reasons say it.</param>
/// <param name="Items">In how many items of the stage.</param>
/// <param name="Of">Of how many.</param>
public sealed record OriginChange(string Stage, string Change, int Items, int Of);
