using Slipway.Engine.Caching;

namespace Slipway.Engine.Execution;

/// <summary>Brings results of other caches into the one here, and gives the remote one those that were made here.</summary>
/// <param name="cache">The cache, and with it the others.</param>
/// <param name="outputs">Where results belong.</param>
/// <param name="log">Hears how far it is.</param>
internal sealed class RemoteResults(Cache cache, JobOutputs outputs, IRunLog log)
{
    private readonly Dictionary<ContentHash, Task<Answer>> _given = [];
    private readonly Dictionary<ContentHash, IReadOnlyList<KeyedJob>> _stages = [];
    private IReadOnlySet<ContentHash>? _known;

    /// <summary>Whether there is another cache to ask.</summary>
    public bool Any => cache.Sources.Any();

    /// <summary>
    /// Asks for the results that a stage lacks. Of a result all files are fetched that are neither in the store nor, with this content, in their
    /// places; its record is taken over when they are there.
    /// </summary>
    public async Task BringAsync(StageRun run, CancellationToken cancel)
    {
        var (label, wanted) = (run.Node.Label, run.Missing.Where(job => !job.IsPending).DistinctBy(job => job.Key).ToList());
        var (brought, bytes) = (0, 0L);
        await Task.WhenAll(wanted.Select(job => Task.Run(
            async () =>
            {
                if (await BringAsync(job, cancel) is not { } size || !job.IsRemote)
                    return;
                log.Report(label, Interlocked.Increment(ref brought), wanted.Count, $"from the remote cache, {Mib(Interlocked.Add(ref bytes, size))}");
            },
            cancel)));
        if (brought == 0)
            return;
        log.End(label);
        log.Line($"{label}: {brought} of {wanted.Count} results came from the remote cache, {Mib(bytes)}.");
    }

    /// <summary>Asks which of the results that a stage lacks others have, and takes none: what the stage needs is then known as if they had come.</summary>
    public async Task AskAsync(StageRun run, CancellationToken cancel)
    {
        var wanted = run.Missing.Where(job => !job.IsPending).ToLookup(job => job.Key);
        await Task.WhenAll(wanted.Select(same => Task.Run(
            async () =>
            {
                if (await FindAsync(same.First(), cancel) is not { } found)
                    return;
                foreach (var job in same)
                    (job.Outputs, job.IsRemote) = (found.Outputs, found.IsRemote);
            },
            cancel)));
        run.FindLeft();
    }

    private async Task<(IReadOnlyList<ActionOutput> Outputs, bool IsRemote)?> FindAsync(KeyedJob job, CancellationToken cancel)
    {
        foreach (var source in cache.Sources)
        {
            if (await source.FindAsync(job.Key, cancel) is { } result && ActionOutput.Fit(job.Node.Paths, result.Outputs))
                return (result.Outputs, source == cache.Remote);
        }

        return null;
    }

    /// <summary>Brings one result.</summary>
    /// <returns>How many bytes were fetched; null when it is not to be had.</returns>
    public async Task<long?> BringAsync(KeyedJob job, CancellationToken cancel)
    {
        foreach (var source in cache.Sources)
        {
            if (await BringAsync(job, source, cancel) is not { } fetched)
                continue;
            job.IsRemote = source == cache.Remote;
            return fetched;
        }

        return null;
    }

    private async Task<long?> BringAsync(KeyedJob job, IRemoteCache source, CancellationToken cancel)
    {
        if (await source.FindAsync(job.Key, cancel) is not { } result || !ActionOutput.Fit(job.Node.Paths, result.Outputs))
            return null;
        var fetched = 0L;
        foreach (var output in result.Outputs)
        {
            if (cache.Content.Contains(output.Blob))
                continue;
            var path = outputs.FullPath(job.Node, output);
            if (cache.Hasher.TryHash(path) == output.Blob.Hash && cache.Content.PutFile(path) == output.Blob)
                continue;
            if (!await cache.Content.ReceiveAsync(output.Blob, stream => source.FetchAsync(output.Blob, stream, cancel)))
                return null;
            fetched += output.Blob.Size;
        }

        cache.Actions.Put(job.Key, source == cache.Remote ? result with { From = source.Name } : result);
        return fetched;
    }

    /// <summary>Begins to give a result that is stored here, where the remote cache takes any.</summary>
    public void Give(ContentHash key, CancellationToken cancel)
    {
        if (cache.GivesTo is not null)
            Give(key, isNew: true, cancel);
    }

    /// <summary>
    /// Begins to give what the remote cache lacks of the results of a stage, of whatever run they are: they may have been made while nothing was given, or
    /// while it was not there. Of a stage that it is known to have nothing is asked.
    /// </summary>
    public void Offer(StageRun run, CancellationToken cancel)
    {
        if (cache.GivesTo is not { } remote)
            return;
        lock (_given)
        {
            _known ??= cache.Given.Of(remote);
            if (_known.Contains(run.Key!.Value))
                return;
            _stages[run.Key!.Value] = run.Jobs;
        }

        foreach (var job in run.Jobs.Where(job => !job.IsRemote))
            Give(job.Key, isNew: false, cancel);
    }

    /// <summary>Waits for what is on its way there.</summary>
    public async Task FinishAsync()
    {
        if (_given.Values.Count(task => !task.IsCompleted) is var left and > 0)
            log.Line($"Waiting for {left} of {_given.Count} results that go to the remote cache.");
        var answers = await Task.WhenAll(_given.Values);
        if (answers.Count(answer => answer.IsNew) is var made and > 0 && answers.Count(answer => answer is { IsNew: true, WentThere: true }) is var stored and > 0)
            log.Line($"{stored} of {made} results went to the remote cache.");
        if (answers.Count(answer => answer is { IsNew: false, WentThere: true }) is var earlier and > 0)
            log.Line($"{earlier} results of earlier runs went to the remote cache.");
        var there = _given.Where(given => given.Value.Result.IsThere).Select(given => given.Key).ToHashSet();
        if (_stages.Where(stage => stage.Value.All(job => job.IsRemote || there.Contains(job.Key))).Select(stage => stage.Key).ToList() is { Count: > 0 } stages)
            Note(stages);
        _given.Clear();
        _stages.Clear();
        _known = null;
    }

    private void Note(IReadOnlyList<ContentHash> stages)
    {
        try
        {
            cache.Given.Add(cache.GivesTo!, stages);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            cache.Warn($"What the remote cache has could not be noted, the next run asks it again: {exception.Message}");
        }
    }

    private void Give(ContentHash key, bool isNew, CancellationToken cancel)
    {
        lock (_given)
        {
            if (!_given.ContainsKey(key))
                _given.Add(key, Task.Run(() => GiveAsync(key, isNew, cancel)));
        }
    }

    private async Task<Answer> GiveAsync(ContentHash key, bool isNew, CancellationToken cancel)
    {
        try
        {
            if (cache.Remote is not { Writes: true } remote)
                return new(isNew, false, false);
            if (!isNew && await remote.HasAsync(key, cancel))
                return new(isNew, true, false);
            // What is laid out need not be in the store any more.
            var isThere = cache.Actions.Find(key) is { } result && result.Outputs.All(output => cache.Content.Contains(output.Blob)) && await remote.StoreAsync(key, result, cache.Content.PathOf, cancel);
            return new(isNew, isThere, isThere);
        }
        catch (OperationCanceledException)
        {
            return new(isNew, false, false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            cache.Warn($"The result {key} was not given to the remote cache: {exception.Message}");
            return new(isNew, false, false);
        }
    }

    private static string Mib(long bytes) => FormattableString.Invariant($"{bytes / 1048576.0:F1} MiB");

    /// <summary>What became of a result that is given.</summary>
    /// <param name="IsNew">Whether this run made it.</param>
    /// <param name="IsThere">Whether the remote cache has it.</param>
    /// <param name="WentThere">Whether it has it from here.</param>
    private sealed record Answer(bool IsNew, bool IsThere, bool WentThere);
}
