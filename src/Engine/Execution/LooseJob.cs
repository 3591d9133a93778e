using Slipway.Engine.Caching;
using Slipway.Engine.Jobs;

namespace Slipway.Engine.Execution;

/// <summary>A job without its graph: from its JSON, in whatever process and folder, with a workspace and a store.</summary>
/// <param name="cache">The workspace and the store.</param>
/// <param name="facts">Of the environment.</param>
/// <param name="salt">The user's addition to the key; empty for none.</param>
/// <param name="log">Hears what the job says.</param>
public sealed class LooseJob(Cache cache, EnvironmentFacts facts, string salt, IProgressSink log)
{
    /// <summary>Where the jobs of a cache are kept as JSON.</summary>
    internal static string FileOf(Cache cache, ContentHash key) => Path.Combine(cache.Root, "jobs", $"{key}"[..2], $"{key}.json");

    /// <summary>The job with this key, as a run of this cache has kept it.</summary>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    public static JobJson Find(Cache cache, ContentHash key) => FileOf(cache, key) is var file && File.Exists(file)
        ? JobJson.Read(File.ReadAllText(file))
        : throw new FileNotFoundException($"The cache has no job {key}; a job is kept there when it runs.", file);

    /// <summary>Does the work, stores the result and lays it out.</summary>
    /// <returns>The files that it gave; those of the cache where it was done already.</returns>
    /// <exception cref="InvalidDataException">Inputs have another content than the job says, or it has another key here: all that differs is named.</exception>
    /// <exception cref="FileNotFoundException">Inputs are neither in the workspace nor in the store: all are named.</exception>
    public IReadOnlyList<OutputFile> Run(JobJson json, IEnumerable<Type> kinds, CancellationToken cancellation)
    {
        var node = json.Node(kinds);
        var inputs = Inputs(json);
        var entries = new JobFingerprint(input => inputs[input], facts, salt).Entries(node.Job);
        var keyed = new KeyedJob(node, node.Inputs.ToDictionary(input => input, input => inputs[input]), entries);
        if (keyed.Key.ToString() != json.Key)
            throw new InvalidDataException($"{node.Stage}, {node.Label} has the key {keyed.Key} here and {json.Key} where it was written: processor, threads, libraries or Slipway's version are others.");
        var outputs = new JobOutputs(cache);
        if (cache.Actions.TryGet(keyed.Key) is not { } known || !outputs.TryLayOut(node, known.Outputs))
        {
            using var live = new LiveObject();
            keyed.Outputs = new JobExecution(cache, facts, log).Run(keyed, live, cancellation).Store();
            outputs.TryLayOut(node, keyed.Outputs);
        }
        else
        {
            keyed.Outputs = known.Outputs;
        }

        return outputs.Files(node, keyed.Outputs);
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
        var source = cache.Hasher.TryHash(path) == hash ? path : cache.Content.Inspect(hash) is null ? cache.Content.PathOf(hash) : null;
        return source is null ? null : new JobInput(input.Path, source, hash, input.Producer);
    }
}
