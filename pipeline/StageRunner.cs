using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Slipway.Engine.Caching;

namespace Slipway.Pipeline;

/// <summary>
/// Runs the items of a stage whose results are not in the cache, and puts the outputs of all into their places. With
/// <see cref="StatusOnly"/> it goes the same way, and stops before anything runs or is written.
/// </summary>
public sealed class StageRunner
{
    private readonly Cache _cache;
    private readonly LockFile _lockFile;
    private readonly string _profile;
    private readonly string _salt;
    private readonly IStageLog _log;
    private readonly Lazy<HeldOutputs> _held;

    /// <param name="cache">The cache, and the workspace that holds the outputs.</param>
    /// <param name="lockFile">Takes a line about each stage.</param>
    /// <param name="profile">The plan's profile: each has its own history.</param>
    /// <param name="log">Hears what happens.</param>
    /// <param name="salt">The user's addition to every key; empty for none.</param>
    public StageRunner(Cache cache, LockFile lockFile, string profile, IStageLog log, string salt = "")
    {
        _cache = cache;
        _lockFile = lockFile;
        _profile = profile;
        _log = log;
        _salt = salt;
        _held = new Lazy<HeldOutputs>(() => new HeldOutputs(cache));
    }

    /// <summary>Whether only to find out what would run, and why.</summary>
    public bool StatusOnly { get; init; }

    /// <summary>Runs a stage of one item.</summary>
    public Task<StageOutcome> RunAsync(Stage stage, StageItem item, CancellationToken cancellation) =>
        RunAsync(stage, [item], cancellation);

    /// <summary>Runs a stage of many items. Files of items that are no longer among them are deleted.</summary>
    /// <exception cref="InputChangedException">An input changed while the stage ran.</exception>
    public async Task<StageOutcome> RunAsync(Stage stage, IReadOnlyList<StageItem> items, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        var outputs = new StageOutputs(_cache, stage);
        var keyed = items.Select(item => new KeyedItem(stage, item, _salt)).ToList();
        RefuseHeld(stage, keyed);
        var key = KeyOf(stage, keyed);
        var manifest = key is { } known ? FromManifest(known, keyed, outputs) : null;
        var missing = manifest is not null ? [] : FindMissing(keyed, outputs);
        Explain(stage, missing);
        if (StatusOnly || key is not { } complete)
            return Outcome(stage, keyed, outputs, key, clock);

        if (missing.Count > 0)
            await RunMissingAsync(stage, keyed, outputs, cancellation);
        var outcome = Outcome(stage, keyed, outputs, key, clock);
        Record(stage, complete, keyed, outcome, isKnown: manifest is not null);
        return outcome;
    }

    /// <exception cref="ArgumentException">Another plan's output lies where one of these would go.</exception>
    private void RefuseHeld(Stage stage, List<KeyedItem> items) =>
        _held.Value.Refuse(items.SelectMany(item =>
        {
            var known = item.IsPending ? null : _cache.Actions.TryGet(item.Key)?.Outputs;
            return item.Item.Outputs.Select((output, slot) => ($"{stage.OutputFolder}/{output}", known?.FirstOrDefault(file => file.Slot == slot)?.Blob.Hash));
        }));

    /// <summary>Key over all items of a stage and the names of their outputs; null when an input is still to be produced.</summary>
    private ContentHash? KeyOf(Stage stage, IReadOnlyList<KeyedItem> items)
    {
        if (items.FirstOrDefault(item => item.IsPending) is { } pending)
        {
            return StatusOnly
                ? null
                : throw new InvalidOperationException($"{stage.Label} was started before the inputs of {pending.Item.Label} were there.");
        }

        var labels = new HashSet<string>(StringComparer.Ordinal);
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Fingerprint.Append(sha, "slipway.stage.2"u8);
        Fingerprint.Append(sha, Encoding.UTF8.GetBytes(stage.Label));
        Fingerprint.Append(sha, Encoding.UTF8.GetBytes(stage.OutputFolder));
        Span<byte> digest = stackalloc byte[ContentHash.Size];
        foreach (var item in items)
        {
            if (!labels.Add(item.Item.Label))
                throw new ArgumentException($"{stage.Label} has two items called {item.Item.Label}.", nameof(items));
            Fingerprint.Append(sha, Encoding.UTF8.GetBytes(item.Item.Label));
            item.Key.CopyTo(digest);
            Fingerprint.Append(sha, digest);
            foreach (var output in item.Item.Outputs)
                Fingerprint.Append(sha, Encoding.UTF8.GetBytes(output));
        }

        return new ContentHash(sha.GetHashAndReset());
    }

    /// <summary>Takes all results from the stage's manifest; null unless that gives everything.</summary>
    private StageManifest? FromManifest(ContentHash key, IReadOnlyList<KeyedItem> items, StageOutputs outputs)
    {
        if (_cache.Actions.TryGetManifest(key) is not { } manifest || manifest.Items.Count != items.Count)
            return null;
        for (var i = 0; i < items.Count; i++)
        {
            if (manifest.Items[i].Key != items[i].Key || !TryUse(items[i], manifest.Items[i].Outputs, outputs))
                return null;
        }

        return manifest;
    }

    private List<KeyedItem> FindMissing(IEnumerable<KeyedItem> items, StageOutputs outputs) =>
    [
        .. items.Where(item => item.Outputs is null
            && (item.IsPending
                || _cache.Actions.TryGet(item.Key) is not { } result
                || !TryUse(item, result.Outputs, outputs))),
    ];

    private bool TryUse(KeyedItem item, IReadOnlyList<ActionOutput> result, StageOutputs outputs)
    {
        var usable = StatusOnly ? outputs.IsAvailable(item.Item, result) : outputs.TryLayOut(item.Item, result);
        item.Outputs = usable ? result : null;
        return usable;
    }

    private void Explain(Stage stage, List<KeyedItem> missing)
    {
        var history = new ItemHistory(_cache, _profile, stage.Label);
        foreach (var item in missing)
            item.Reason = history.ReasonFor(item.Item.Label, item.Entries);
    }

    private async Task RunMissingAsync(Stage stage, List<KeyedItem> items, StageOutputs outputs, CancellationToken cancellation)
    {
        using var held = await _cache.LockAsync(stage.Label, process => _log.Waiting(stage.Label, process), cancellation);
        // Another process may have done the work while this one waited.
        var missing = FindMissing(items, outputs);
        foreach (var item in items.Where(item => item.Outputs is not null))
            item.Reason = null;
        if (missing.Count == 0)
            return;
        _log.Starting(stage.Label, missing.Count, items.Count - missing.Count, ReasonSummary.Of(
            [.. items.Select(item => (item.Item.Label, item.Reason))]));
        _cache.Records.Begin(_profile, stage.Label, items.Select(item => item.Key));
        await new StageExecution(_cache, stage, outputs, _log).RunAsync(missing, cancellation);
    }

    private static StageOutcome Outcome(Stage stage, IReadOnlyList<KeyedItem> items, StageOutputs outputs, ContentHash? key, Stopwatch clock)
    {
        ItemOutcome[] outcomes =
        [
            .. items.Select(item => new ItemOutcome(
                stage.Label,
                item.Item.Label,
                item.Outputs is null ? [] : outputs.Files(item.Item, item.Outputs),
                item.Reason,
                IsPending: item.Outputs is null)),
        ];
        ContentHash? hash = outcomes.Any(item => item.IsPending) ? null : StageOutputs.HashOf(outcomes.SelectMany(item => item.Files));
        return new StageOutcome(stage.Label, outcomes, key, hash, clock.Elapsed);
    }

    private void Record(Stage stage, ContentHash key, IReadOnlyList<KeyedItem> items, StageOutcome outcome, bool isKnown)
    {
        if (!isKnown)
        {
            _cache.Actions.Put(key, new StageManifest(stage.Label,
                [.. items.Select(item => new StageManifest.Item(item.Item.Label, item.Key, item.Outputs!))]));
        }

        _cache.Records.Add(_profile, stage.Label, key);
        _cache.LaidOut.Replace(stage.Label, key, outcome.Items.SelectMany(item => item.Files).Select(file => (file.RelativePath, file.Hash)));
        _lockFile.Set(_profile, stage.Label, key, outcome.OutputsHash!.Value);
    }
}
