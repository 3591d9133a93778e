using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Slipway.Engine.Caching;
using Slipway.Engine.Jobs;

namespace Slipway.Engine.Execution;

/// <summary>A stage on its way through a run.</summary>
/// <param name="node">The stage.</param>
/// <param name="jobs">Its jobs with their inputs as they are by now.</param>
/// <param name="cache">Where results are looked for.</param>
/// <param name="outputs">Lays them out.</param>
internal sealed class StageRun(StageNode node, IReadOnlyList<KeyedJob> jobs, Cache cache, JobOutputs outputs)
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private bool _isKnown;

    public StageNode Node => node;

    public IReadOnlyList<KeyedJob> Jobs => jobs;

    /// <summary>Key over all jobs and the places of their outputs; null when an input is still to be made.</summary>
    public ContentHash? Key { get; } = KeyOf(node, jobs);

    /// <summary>The jobs that have no result.</summary>
    public IReadOnlyList<KeyedJob> Missing { get; private set; } = [];

    /// <summary>Jobs that were begun or are to begin, and that have not ended.</summary>
    public int Left { get; set; }

    /// <summary>Jobs that ended well.</summary>
    public int Stored { get; set; }

    /// <summary>Looks for all results.</summary>
    /// <param name="layOut">Whether to put what is found into its place; else only to see whether that could be done.</param>
    public void Find(bool layOut)
    {
        if (Key is { } key && FromManifest(key, layOut))
        {
            _isKnown = true;
            Missing = [];
            return;
        }

        Missing =
        [
            .. jobs.Where(job => job.Outputs is null
                && (job.IsPending || cache.Actions.Find(job.Key) is not { } result || !TryUse(job, result.Outputs, layOut))),
        ];
    }

    /// <summary>Looks once more: a result that was found may have been collected since, and one that was not may have been made.</summary>
    public void FindAgain()
    {
        if (_isKnown && cache.Actions.Contains(Key!.Value))
            return;
        _isKnown = false;
        foreach (var job in jobs.Where(job => job.Outputs is not null && !cache.Actions.Contains(job.Key)))
            job.Outputs = null;
        Find(layOut: true);
    }

    /// <summary>Takes the jobs that have got a result since from those that have none.</summary>
    public void FindLeft() => Missing = [.. Missing.Where(job => job.Outputs is null)];

    /// <summary>Says of each job without a result why it has none.</summary>
    public void Explain(ItemHistory history)
    {
        foreach (var job in jobs.Where(job => job.Outputs is not null))
            job.Reason = null;
        foreach (var job in Missing)
            job.Reason = history.ReasonFor(job.Node.Label, job.Entries);
    }

    /// <summary>What became of it so far.</summary>
    public StageOutcome Outcome()
    {
        ItemOutcome[] outcomes =
        [
            .. jobs.Select(job => new ItemOutcome(
                job.Node.Label,
                job.Outputs is null ? [] : outputs.Files(job.Node, job.Outputs),
                job.Reason,
                IsPending: job.Outputs is null) { IsRemote = job.IsRemote }),
        ];
        ContentHash? hash = outcomes.Any(item => item.IsPending) ? null : JobOutputs.HashOf(outcomes.SelectMany(item => item.Files));
        return new StageOutcome(node.Label, outcomes, Key, hash, _clock.Elapsed);
    }

    /// <summary>Keeps the results of all jobs in one record, so that the next run reads one small file instead of one for each.</summary>
    public void Keep()
    {
        if (!_isKnown)
            cache.Actions.Put(Key!.Value, new StageManifest(node.Label, [.. jobs.Select(job => new StageManifest.Item(job.Node.Label, job.Key, job.Outputs!))]));
    }

    private static ContentHash? KeyOf(StageNode node, IReadOnlyList<KeyedJob> jobs)
    {
        if (jobs.Any(job => job.IsPending))
            return null;
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Fingerprint.Append(sha, "slipway.stage.2"u8);
        Fingerprint.Append(sha, Encoding.UTF8.GetBytes(node.Label));
        Span<byte> digest = stackalloc byte[ContentHash.Size];
        foreach (var job in jobs)
        {
            Fingerprint.Append(sha, Encoding.UTF8.GetBytes(job.Node.Label));
            job.Key.CopyTo(digest);
            Fingerprint.Append(sha, digest);
            foreach (var path in job.Node.Paths)
                Fingerprint.Append(sha, Encoding.UTF8.GetBytes(path));
        }

        return new ContentHash(sha.GetHashAndReset());
    }

    private bool FromManifest(ContentHash key, bool layOut)
    {
        if (cache.Actions.TryGetManifest(key) is not { } manifest || manifest.Items.Count != jobs.Count)
            return false;
        for (var i = 0; i < jobs.Count; i++)
        {
            if (manifest.Items[i].Key != jobs[i].Key || !TryUse(jobs[i], manifest.Items[i].Outputs, layOut))
                return false;
        }

        return true;
    }

    private bool TryUse(KeyedJob job, IReadOnlyList<ActionOutput> result, bool layOut)
    {
        var usable = layOut ? outputs.TryLayOut(job.Node, result) : outputs.IsAvailable(job.Node, result);
        job.Outputs = usable ? result : null;
        return usable;
    }
}
