using Slipway.Engine.Files;

namespace Slipway.Engine.Caching;

/// <summary>
/// The parts of one cache, in <c>.slipway/</c> at the root of the workspace. What others can use too (blobs, records, kept tensors) may lie in a
/// folder that several workspaces share, and then what each of them needs of it lies there as well; what is of the workspace alone stays in it: its files' hashes,
/// what is laid out, work and checkpoints. Dispose it at the end of a run, so that the hashes of the files seen are remembered.
/// </summary>
public sealed class Cache : IDisposable
{
    /// <summary>Name of the cache's folder.</summary>
    public const string FolderName = ".slipway";

    /// <summary>Name of the plan of which nothing else is said.</summary>
    public const string DefaultPlan = "lora.pipeline";

    /// <summary>Name of the folder of locks between workspaces.</summary>
    internal const string SharedLocks = "locks";

    private const string JobsFolder = "jobs";
    private const string JobExtension = ".json";
    private readonly Lazy<IRemoteCache?> _remote;

    /// <param name="workspace">The folder to which all outputs are relative.</param>
    /// <param name="warn">Takes a line about each damaged or odd thing that is met.</param>
    /// <param name="plan">Name of the plan's file without extension: each plan of a workspace has its own history and its own outputs.</param>
    /// <param name="folder">Full path of a folder that workspaces share; null: the workspace's own.</param>
    public Cache(string workspace, Action<string> warn, string plan = DefaultPlan, string? folder = null)
    {
        Workspace = Path.GetFullPath(workspace);
        Root = Path.Combine(Workspace, FolderName);
        Store = folder is null ? Root : Path.GetFullPath(folder);
        Plan = plan;
        Warn = warn = OnceEach(warn);
        Hasher = new FileHasher(Workspace, Path.Combine(Root, "file-hashes"), warn);
        Content = new ContentStore(Store, warn);
        Actions = new ActionCache(Store, warn);
        Kept = new KeptFiles(Store, warn);
        var place = IsShared ? WorkspacePlace.Of(Store, Workspace).Take(Root) : Root;
        Records = new StageRecords(place, plan, warn);
        Marks = new RunMarks(place);
        LaidOut = new LaidOutFiles(Workspace, Root, plan, Hasher, Content, warn);
        Given = new GivenStages(Root, warn);
        _remote = new(() => ConnectRemote?.Invoke(Warn));
    }

    /// <summary>Connects to the cache on another machine, given who hears of what is odd there; null: there is none. It is called when something is missing here.</summary>
    public Func<Action<string>, IRemoteCache>? ConnectRemote { get; init; }

    /// <summary>Name of the cache on another machine where results are given to it; null: none takes any. Nothing is connected to know it.</summary>
    public string? GivesTo { get; init; }

    /// <summary>The cache on another machine, where something has been asked of it and every question had an answer; null otherwise.</summary>
    public string? AskedRemote => _remote is { IsValueCreated: true, Value: { Failed: false } remote } ? remote.Name : null;

    /// <summary>The cache on another machine; null: there is none.</summary>
    internal IRemoteCache? Remote => _remote.Value;

    /// <summary>What is asked for a result that the store does not have, in this order.</summary>
    internal IEnumerable<IRemoteCache> Sources
    {
        get
        {
            if (IsShared && OwnResults.Any(Root))
                yield return new OwnResults(Root, Warn);
            if (Remote is { } remote)
                yield return remote;
        }
    }

    /// <summary>The folder to which all outputs are relative.</summary>
    public string Workspace { get; }

    /// <summary>The cache's folder in the workspace.</summary>
    public string Root { get; }

    /// <summary>The folder of blobs and records: <see cref="Root"/>, or one that workspaces share.</summary>
    public string Store { get; }

    /// <summary>Whether other workspaces use the store too.</summary>
    internal bool IsShared => Store != Root;

    /// <summary>Name of the plan for which it works.</summary>
    public string Plan { get; }

    /// <summary>Takes a line about each damaged or odd thing that is met.</summary>
    public Action<string> Warn { get; }

    /// <summary>Content hashes of files.</summary>
    public FileHasher Hasher { get; }

    /// <summary>Bytes by hash.</summary>
    public ContentStore Content { get; }

    /// <summary>Results by key.</summary>
    public ActionCache Actions { get; }

    /// <summary>Intermediate results that stages share.</summary>
    public KeptFiles Kept { get; }

    /// <summary>The last runs of every stage.</summary>
    public StageRecords Records { get; }

    /// <summary>What the processes at work need.</summary>
    public RunMarks Marks { get; }

    /// <summary>What a remote cache is known to have.</summary>
    internal GivenStages Given { get; }

    /// <summary>The files that stages have laid out.</summary>
    public LaidOutFiles LaidOut { get; }

    /// <summary>
    /// Makes <paramref name="path"/> hold the blob. A file that already does is left alone, which costs one look at its
    /// stamp; one that somebody has edited is kept beside, and told. False when the blob is missing or damaged.
    /// </summary>
    internal bool TryLayOut(Blob blob, string path)
    {
        if (Hasher.TryHash(path) == blob.Hash)
            return true;
        if (!Content.TryLayOut(blob, path, replacing: () => LaidOut.KeepEdited(path, blob.Hash)))
            return false;
        Hasher.Remember(path, blob.Hash);
        return true;
    }

    /// <summary>Waits for the right to run a stage: in this workspace by its name, and in a shared store by what it is.</summary>
    /// <param name="name">Label of the stage.</param>
    /// <param name="key">Key of the stage.</param>
    /// <param name="waiting">Called when another process has it.</param>
    /// <param name="cancellation">Ends the wait.</param>
    internal async Task<StageLock> LockAsync(string name, ContentHash key, Action<int?> waiting, CancellationToken cancellation)
    {
        var own = await LockAsync(name, waiting, cancellation);
        try
        {
            return new StageLock(own, IsShared ? await FileLock.AcquireAsync(SharedLockPathOf(key), waiting, cancellation) : null);
        }
        catch
        {
            own.Dispose();
            throw;
        }
    }

    /// <summary>Waits for the right to run something.</summary>
    /// <param name="name">Label of a stage, or a job's key.</param>
    /// <param name="waiting">Called once when another process has it.</param>
    /// <param name="cancellation">Ends the wait.</param>
    internal Task<FileLock> LockAsync(string name, Action<int?> waiting, CancellationToken cancellation) =>
        FileLock.AcquireAsync(LockPathOf(FileName.Of(name)), waiting, cancellation);

    /// <summary>Where who holds the lock of this name works; the garbage collection leaves it alone as long as the lock is held.</summary>
    internal string WorkFolderOf(string name) => Path.Combine(Root, "work", FileName.Of(name));

    /// <summary>Where the work with this key saves how far it is; it outlives a kill.</summary>
    internal string CheckpointFolderOf(ContentHash key) => Path.Combine(Root, "checkpoints", key.ToString());

    /// <summary>Where the job with this key is, or would be, as JSON.</summary>
    internal string JobPathOf(ContentHash key) => HashedPath.Of(Path.Combine(Root, JobsFolder), key) + JobExtension;

    /// <summary>The keys by which something lies among the jobs, whatever it is.</summary>
    internal IEnumerable<ContentHash> Jobs() => HashedPath.All(Path.Combine(Root, JobsFolder), JobExtension);

    /// <param name="fileName">An escaped name.</param>
    internal string LockPathOf(string fileName) => Path.Combine(Root, "locks", fileName);

    private string SharedLockPathOf(ContentHash key) => Path.Combine(Store, SharedLocks, key.ToString());

    /// <summary>A damaged file may be met several times in a run.</summary>
    private static Action<string> OnceEach(Action<string> warn)
    {
        var told = new HashSet<string>(StringComparer.Ordinal);
        return line =>
        {
            lock (told)
            {
                if (!told.Add(line))
                    return;
            }

            warn(line);
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Marks.Dispose();
        if (_remote.IsValueCreated)
            _remote.Value?.Dispose();
        try
        {
            if (Directory.Exists(Root))
                Hasher.Save();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Warn($"The hashes of the files seen could not be kept, the next run computes them again: {exception.Message}");
        }
    }
}
