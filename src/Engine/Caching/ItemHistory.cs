namespace Slipway.Engine.Caching;

/// <summary>Says why an item has to run, by what its latest result was made of. It reads nothing until it is asked.</summary>
public sealed class ItemHistory
{
    private readonly Cache _cache;
    private readonly string _profile;
    private readonly string _stage;
    private readonly Lazy<Dictionary<string, ContentHash>?[]> _runs;

    /// <param name="cache">The cache; its plan's history is looked at.</param>
    /// <param name="profile">Profile under which the stage runs.</param>
    /// <param name="stage">Label of the stage.</param>
    public ItemHistory(Cache cache, string profile, string stage)
    {
        (_cache, _profile, _stage) = (cache, profile, stage);
        _runs = new Lazy<Dictionary<string, ContentHash>?[]>(() => [.. cache.Records.Runs(profile, stage).Select(Load)]);
    }

    /// <summary>The reason of an item that is not in the cache.</summary>
    /// <param name="label">Label of the item.</param>
    /// <param name="entries">What it is made of; an entry without a hash is still to be produced.</param>
    public ItemReason ReasonFor(string label, IReadOnlyList<FingerprintEntry> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        var producers = entries.Where(entry => entry.Hash is null).Select(entry => entry.Description).Distinct(StringComparer.Ordinal).Select(producer => $"depends on {producer}").ToList();
        var (changes, note) = Compare(label, entries, isPending: producers.Count > 0);
        return new ItemReason(changes, note is null ? producers : [note, .. producers]);
    }

    /// <summary>What is different between the run with this manifest and now, over all items.</summary>
    /// <param name="manifest">Key of the manifest, such as the fingerprint in a lock file.</param>
    /// <param name="items">The items of now and what they are made of.</param>
    public IReadOnlyList<FingerprintChange> ChangesSince(ContentHash manifest, IEnumerable<(string Label, IReadOnlyList<FingerprintEntry> Entries)> items)
    {
        ArgumentNullException.ThrowIfNull(items);
        var keys = Load(manifest);
        return
        [
            .. items
                .Where(item => keys?.ContainsKey(item.Label) == true)
                .Select(item => (item.Entries, Before: _cache.Actions.TryGet(keys![item.Label])))
                .Where(item => item.Before is not null)
                .SelectMany(item => ChangesOf(item.Before!, item.Entries))
                .DistinctBy(change => change.ToString()),
        ];
    }

    private (IReadOnlyList<FingerprintChange> Changes, string? Note) Compare(string label, IReadOnlyList<FingerprintEntry> entries, bool isPending)
    {
        if (_runs.Value.Length == 0)
            return ([], isPending ? null : _cache.Records.HasEarlier(_profile, _stage) ? "was last made by an earlier version of Slipway, whose keys were others" : "has not run before");
        var keys = _runs.Value.Select(run => run?.GetValueOrDefault(label)).ToList();
        var newest = Array.FindIndex(_runs.Value, run => run is not null);
        if (newest >= 0 && !_runs.Value[newest]!.ContainsKey(label))
            return ([], "is new");
        var present = isPending ? (ContentHash?)null : new Fingerprint(entries).Key;
        if (!isPending && keys[0] == present)
            return ([], "its stored output is missing or damaged");
        for (var i = 0; i < keys.Count; i++)
        {
            if (keys[i] is not { } key || key == default || _cache.Actions.TryGet(key) is not { } before)
                continue;
            var changes = ChangesOf(before, entries);
            return (changes, i > 0 ? "compared with an earlier run, for the record of the last one is lost"
                : changes.Count == 0 && !isPending ? "its stored output is missing or damaged"
                : null);
        }

        return ([], isPending ? null : "its record is no longer in the cache");
    }

    private static IReadOnlyList<FingerprintChange> ChangesOf(ActionResult before, IReadOnlyList<FingerprintEntry> entries)
    {
        var pending = entries.Where(entry => entry.Hash is null).Select(entry => entry.Role).ToHashSet(StringComparer.Ordinal);
        return FingerprintChanges.Find(
            [.. before.Entries.Where(entry => !pending.Contains(entry.Role))],
            [.. entries.Where(entry => entry.Hash is not null)]);
    }

    private Dictionary<string, ContentHash>? Load(ContentHash key)
    {
        if (_cache.Actions.TryGetManifest(key) is not { } manifest)
            return null;
        var keys = new Dictionary<string, ContentHash>(StringComparer.Ordinal);
        foreach (var item in manifest.Items)
            keys[item.Label] = item.Key;
        return keys;
    }
}
