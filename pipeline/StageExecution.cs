using System.Diagnostics;
using Slipway.Engine.Caching;

namespace Slipway.Pipeline;

/// <summary>Runs items in batches; each batch is stored before the next one starts, so a kill loses one at most.</summary>
internal sealed class StageExecution(Cache cache, Stage stage, StageOutputs outputs, IStageLog log)
{
    private readonly string _workFolder = cache.WorkFolderOf(stage.Label);

    /// <summary>Sets <see cref="KeyedItem.Outputs"/> of all items. Items with the same key run once.</summary>
    public async Task RunAsync(IReadOnlyList<KeyedItem> items, CancellationToken cancellation)
    {
        var done = 0;
        foreach (var batch in items.GroupBy(item => item.Key).Chunk(stage.BatchSize))
        {
            cancellation.ThrowIfCancellationRequested();
            await RunBatchAsync(batch, cancellation);
            done += batch.Sum(same => same.Count());
            log.Stored(stage.Label, done, items.Count);
        }
    }

    private async Task RunBatchAsync(IGrouping<ContentHash, KeyedItem>[] batch, CancellationToken cancellation)
    {
        DeleteFolder(_workFolder);
        try
        {
            var works = batch.Select((same, i) => NewWork(same.First(), i)).ToList();
            var clock = Stopwatch.StartNew();
            await stage.Body(works, cancellation);
            CheckInputs(batch.SelectMany(same => same.First().Entries));
            var duration = clock.Elapsed / batch.Length;
            // Side by side: the disk flushes many files in about the time of one.
            await Parallel.ForAsync(0, batch.Length, CancellationToken.None, (i, _) =>
            {
                Store(works[i], batch[i], duration);
                return ValueTask.CompletedTask;
            });
        }
        finally
        {
            DeleteFolder(_workFolder);
        }
    }

    private StageWork NewWork(KeyedItem item, int index)
    {
        var folder = Path.Combine(_workFolder, $"{index}");
        var checkpoints = cache.CheckpointFolderOf(item.Key);
        Directory.CreateDirectory(folder);
        Directory.CreateDirectory(checkpoints);
        return new StageWork(item.Item, item.Fingerprint!, folder, checkpoints);
    }

    private void CheckInputs(IEnumerable<FingerprintEntry> entries)
    {
        foreach (var entry in entries.Where(entry => entry.Source is not null).DistinctBy(entry => entry.Source))
        {
            if (cache.Hasher.TryHash(entry.Source!) != entry.Hash)
                throw new InputChangedException(stage.Label, entry.Source!);
        }
    }

    private void Store(StageWork work, IEnumerable<KeyedItem> same, TimeSpan duration)
    {
        var stored = outputs.Store(work);
        foreach (var item in same)
        {
            cache.Actions.Put(item.Key, new ActionResult(stage.Label, item.Item.Label, item.Fingerprint!.Entries, stored, duration));
            if (!outputs.TryLayOut(item.Item, stored))
                throw new IOException($"What {stage.Label} stored of {item.Item.Label} cannot be read back; check the disk.");
            item.Outputs = stored;
        }

        DeleteFolder(work.CheckpointFolder);
    }

    private static void DeleteFolder(string path)
    {
        if (Directory.Exists(path))
            Directory.Delete(path, recursive: true);
    }
}
