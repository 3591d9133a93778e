using Slipway.Engine.Caching;
using Slipway.Engine.Jobs;

namespace Slipway.Engine.Execution;

/// <summary>A job without its graph and its plan: from its JSON, in whatever process and folder, with a workspace and a store.</summary>
/// <param name="cache">The workspace and the store.</param>
/// <param name="facts">Of the environment.</param>
/// <param name="log">Hears what the job says.</param>
public sealed class LooseJob(Cache cache, EnvironmentFacts facts, IRunLog log)
{
    /// <summary>The job with this key, as a run of this cache has kept it.</summary>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    public static JobJson Find(Cache cache, ContentHash key) => new JobFiles(cache).TryRead(key)
        ?? throw new FileNotFoundException($"The cache has no job {key}; a job is kept there when it runs.", cache.JobPathOf(key));

    /// <summary>Does the work, stores the result and lays it out. Where another process is at its stage, it waits.</summary>
    /// <returns>The files that it gave; those of the cache where it was done already.</returns>
    /// <exception cref="InvalidDataException">The JSON does not say where an input is.</exception>
    /// <exception cref="OtherMachineException">It has another key here: all that differs is named.</exception>
    /// <exception cref="FileNotFoundException">Inputs are neither in the workspace nor in the store: all are named.</exception>
    public async Task<IReadOnlyList<OutputFile>> RunAsync(JobJson json, IEnumerable<Type> kinds, CancellationToken cancellation)
    {
        var job = Keyed(json, json.Node(kinds));
        var outputs = new JobOutputs(cache);
        using var held = await cache.LockAsync(job.Node.Stage, process => log.Waiting(job.Node.Stage, process), cancellation);
        if (cache.Actions.Find(job.Key) is { } known && outputs.TryLayOut(job.Node, known.Outputs))
            return outputs.Files(job.Node, known.Outputs);
        var remote = new RemoteResults(cache, outputs, log);
        if (remote.Any && await remote.BringAsync(job, cancellation) is not null && cache.Actions.Find(job.Key) is { } brought && outputs.TryLayOut(job.Node, brought.Outputs))
            return outputs.Files(job.Node, brought.Outputs);
        cache.Marks.Add([job.Key]);
        cache.Marks.Begin();
        using var live = new LiveObject();
        var made = new JobExecution(cache, facts, json.Salt ?? "", log).Run(job, live, cancellation).Store();
        remote.Give(job.Key, cancellation);
        await remote.FinishAsync();
        return outputs.TryLayOut(job.Node, made)
            ? outputs.Files(job.Node, made)
            : throw new IOException($"What {job.Node.Id} stored cannot be read back; check the disk.");
    }

    /// <summary>
    /// Does the work for a run elsewhere, which holds the job's stage and lays out what is in the store: the store takes the result, and
    /// nothing else is touched. Where another process does the same job it waits; where it cannot know, because the file system has no
    /// locks, both do it, each in a folder of its own.
    /// </summary>
    /// <param name="json">The job.</param>
    /// <param name="kinds">The record classes that may be meant.</param>
    /// <param name="live">What this process keeps alive from job to job.</param>
    /// <param name="cancellation">Asks it to stop.</param>
    /// <inheritdoc cref="RunAsync" path="/exception"/>
    public async Task StoreAsync(JobJson json, IEnumerable<Type> kinds, LiveObject live, CancellationToken cancellation)
    {
        var job = Keyed(json, json.Node(kinds));
        var name = job.Key.ToString();
        using var held = await cache.LockAsync(name, process => log.Waiting(job.Node.Stage, process), cancellation);
        if (IsStored(job))
            return;
        cache.Marks.Add([job.Key]);
        cache.Marks.Begin();
        try
        {
            var folder = Path.Combine(cache.WorkFolderOf(name), $"{Guid.NewGuid():N}");
            new JobExecution(cache, facts, json.Salt ?? "", log, room: _ => folder).Run(job, live, cancellation).Store();
        }
        catch (Exception exception) when (exception is not OperationCanceledException && IsStored(job))
        {
            // Another process has done it meanwhile, and has taken the checkpoints away.
        }
    }

    private bool IsStored(KeyedJob job) => cache.Actions.Find(job.Key) is { } known && known.Outputs.All(output => cache.Content.Contains(output.Blob));

    private KeyedJob Keyed(JobJson json, JobNode node)
    {
        var inputs = Inputs(json);
        if (node.Inputs.FirstOrDefault(input => !inputs.ContainsKey(input)) is { } unknown)
            throw new InvalidDataException($"{node.Stage}, {node.Label} reads {unknown}, of which the JSON does not say where it is and what is in it.");
        var entries = new JobFingerprint(input => inputs[input], facts, json.Salt ?? "").Entries(node.Job);
        var job = new KeyedJob(node, () => node.Inputs.ToDictionary(input => input, input => inputs[input]), entries);
        return job.Key.ToString() == json.Key
            ? job
            : throw new OtherMachineException($"{node.Stage}, {node.Label} has the key {job.Key} here and {json.Key} where it was written: {DifferencesOf(json, entries)}.");
    }

    private static string DifferencesOf(JobJson json, IReadOnlyList<FingerprintEntry> entries)
    {
        var here = JobJson.FactsOf(entries).ToDictionary(StringComparer.Ordinal);
        var there = (json.Facts ?? []).ToDictionary(StringComparer.Ordinal);
        var different = json.Facts is null ? [] : there.Keys.Union(here.Keys).Where(role => there.GetValueOrDefault(role) != here.GetValueOrDefault(role)).Order(StringComparer.Ordinal)
            .Select(role => $"`{role}` is {here.GetValueOrDefault(role) ?? "not told of"} here and was {there.GetValueOrDefault(role) ?? "not told of"} there").ToList();
        return different.Count > 0 ? string.Join(", ", different) : "the JSON, the salt, or what Slipway makes of them";
    }

    private Dictionary<Input, JobInput> Inputs(JobJson json)
    {
        var (found, missing) = (new Dictionary<Input, JobInput>(), new List<string>());
        foreach (var input in json.Inputs)
        {
            if (Find(input) is { } file)
                found[input.Input] = file;
            else
                missing.Add($"{input.Path} (SHA-256 {input.Hash})");
        }

        return missing.Count == 0
            ? found
            : throw new FileNotFoundException($"{json.Stage}, {json.Label} reads what is neither in the workspace nor in the store: {string.Join(", ", missing)}.");
    }

    private JobInput? Find(JobJson.InputFile input)
    {
        if (!ContentHash.TryParse(input.Hash, out var hash))
            return null;
        var path = Path.Combine(cache.Workspace, input.Path);
        var source = cache.Hasher.TryHash(path) == hash ? path : cache.Content.Find(hash);
        return source is null ? null : new JobInput(input.Path, source, hash, input.Producer);
    }
}
