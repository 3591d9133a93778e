using Slipway.Engine.Files;

namespace Slipway.Engine.Caching;

/// <summary>
/// The parts of one cache, in <c>.slipway/</c> at the root of the workspace. Dispose it at the end of a run, so that the
/// hashes of the files seen are remembered.
/// </summary>
public sealed class Cache : IDisposable
{
    /// <summary>Name of the cache's folder.</summary>
    public const string FolderName = ".slipway";

    /// <param name="workspace">The folder to which all outputs are relative.</param>
    /// <param name="warn">Takes a line about each damaged or odd thing that is met.</param>
    public Cache(string workspace, Action<string> warn)
    {
        Workspace = Path.GetFullPath(workspace);
        Root = Path.Combine(Workspace, FolderName);
        Warn = warn;
        Hasher = new FileHasher(Workspace, Path.Combine(Root, "hashes"));
        Content = new ContentStore(Root, warn);
        Actions = new ActionCache(Root, warn);
        Kept = new KeptFiles(Root);
        Records = new StageRecords(Root);
        LaidOut = new LaidOutFiles(Workspace, Root, Hasher, warn);
    }

    /// <summary>The folder to which all outputs are relative.</summary>
    public string Workspace { get; }

    /// <summary>The cache's folder.</summary>
    public string Root { get; }

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

    /// <summary>The files that stages have laid out.</summary>
    public LaidOutFiles LaidOut { get; }

    /// <summary>
    /// Makes <paramref name="path"/> hold the blob. A file that already does is left alone, which costs one look at its
    /// stamp. False when the blob is missing or damaged.
    /// </summary>
    internal bool TryLayOut(Blob blob, string path)
    {
        if (Hasher.TryHash(path) == blob.Hash)
            return true;
        if (!Content.TryLayOut(blob, path))
            return false;
        Hasher.Remember(path, blob.Hash);
        return true;
    }

    /// <summary>Waits for the right to run a stage.</summary>
    internal Task<FileLock> LockAsync(string stage, Action<int?> waiting, CancellationToken cancellation) =>
        FileLock.AcquireAsync(Path.Combine(Root, "locks", FileName.Of(stage)), waiting, cancellation);

    /// <inheritdoc/>
    public void Dispose()
    {
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
