using Slipway.Engine.Caching;

namespace Slipway.Pipeline;

/// <summary>Says why an item has to run, by what its latest result was made of. It reads nothing until it is asked.</summary>
internal sealed class StageHistory
{
    private readonly Cache _cache;
    private readonly Lazy<Dictionary<string, ContentHash>?> _latest;

    public StageHistory(Cache cache, string profile, string stage)
    {
        _cache = cache;
        _latest = new Lazy<Dictionary<string, ContentHash>?>(() => Load(profile, stage));
    }

    public string ReasonFor(KeyedItem item)
    {
        var reasons = Changes(item).ToList();
        reasons.AddRange(item.Entries
            .Where(entry => entry.Hash is null)
            .Select(entry => entry.Description)
            .Distinct(StringComparer.Ordinal)
            .Select(producer => $"depends on {producer}"));
        return string.Join("; ", reasons);
    }

    private IEnumerable<string> Changes(KeyedItem item)
    {
        if (_latest.Value is not { } keys)
            return item.IsPending ? [] : ["has not run before"];
        if (!keys.TryGetValue(item.Item.Label, out var key))
            return ["is new"];
        if (_cache.Actions.TryGet(key) is not { } before)
            return item.IsPending ? [] : ["its record is no longer in the cache"];
        var pending = item.Entries.Where(entry => entry.Hash is null).Select(entry => entry.Role).ToHashSet(StringComparer.Ordinal);
        var changes = FingerprintChanges.Explain(
            [.. before.Entries.Where(entry => !pending.Contains(entry.Role))],
            [.. item.Entries.Where(entry => entry.Hash is not null)]);
        return changes.Count > 0 || item.IsPending ? changes : ["its stored output is missing or damaged"];
    }

    private Dictionary<string, ContentHash>? Load(string profile, string stage) =>
        _cache.Records.Latest(profile, stage) is { } key && _cache.Actions.TryGetManifest(key) is { } manifest
            ? manifest.Items.ToDictionary(item => item.Label, item => item.Key, StringComparer.Ordinal)
            : null;
}
