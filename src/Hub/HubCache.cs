using Slipway.Engine.Caching;
using Slipway.Engine.Files;

namespace Slipway.Hub;

/// <summary>
/// The hub's own cache on this machine (Hub documentation, "Hub Local Cache"), which all tools share: in <c>models--OWNER--NAME/</c> the bytes in
/// <c>blobs/ETAG</c>, links to them in <c>snapshots/COMMIT/PATH</c>, and what branches and tags stand for in <c>refs/</c>.
/// </summary>
/// <param name="folder">Its folder, such as <c>~/.cache/huggingface/hub</c>.</param>
public sealed class HubCache(string folder)
{
    private const string LinkUp = "..";

    /// <summary>Its folder.</summary>
    public string Folder => folder;

    /// <summary>The folder of a repository's commit; null where the revision is a branch or tag that nothing is known of. It need not be there.</summary>
    /// <param name="repository">Owner and name.</param>
    /// <param name="revision">A commit, a branch or a tag.</param>
    public string? Snapshot(string repository, string revision) => Commit(repository, revision) is { } commit ? Path.Combine(Of(repository), "snapshots", commit) : null;

    /// <summary>Full path of a file; null where it is not there.</summary>
    public string? Find(HubFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return Snapshot(file.Repository, file.Revision) is { } snapshot && Path.Combine(snapshot, file.Path) is var path && File.Exists(path) ? path : null;
    }

    /// <summary>Full path of a file of any repository with this content, as the hub names the bytes of its large files; null where there is none.</summary>
    public string? Find(ContentHash content) => Directory.Exists(folder)
        ? Directory.EnumerateDirectories(folder, "models--*").Order(StringComparer.Ordinal).Select(repository => Path.Combine(repository, "blobs", content.ToString())).FirstOrDefault(File.Exists)
        : null;

    /// <summary>Where the bytes of a file lie.</summary>
    /// <param name="repository">Owner and name.</param>
    /// <param name="tag">Its ETag: the SHA-256 of a large file, git's SHA-1 of a small one.</param>
    internal string Blob(string repository, string tag) => Path.Combine(Of(repository), "blobs", tag);

    /// <summary>Where the lock lies that whoever fetches these bytes holds.</summary>
    internal string Lock(string repository, string tag) => Path.Combine(folder, ".locks", NameOf(repository), $"{tag}.lock");

    /// <summary>Gives bytes that are there their place in a commit, and remembers what the revision stands for.</summary>
    /// <returns>Full path of the file.</returns>
    internal string Link(HubFile file, string commit, string tag)
    {
        var path = Path.Combine(Of(file.Repository), "snapshots", commit, file.Path);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (!File.Exists(path))
        {
            File.Delete(path);
            var up = string.Join('/', Enumerable.Repeat(LinkUp, 2 + file.Path.Count(c => c == '/')));
            TryLink(path, $"{up}/blobs/{tag}", Blob(file.Repository, tag));
        }

        if (!file.IsCommit)
            AtomicFile.Write(Path.Combine(Of(file.Repository), "refs", file.Revision), System.Text.Encoding.ASCII.GetBytes(commit));
        return path;
    }

    // Where links are not allowed, as on Windows without its developer's mode, the hub's tools move the bytes themselves there.
    private static void TryLink(string path, string target, string blob)
    {
        try
        {
            File.CreateSymbolicLink(path, target);
        }
        catch (Exception exception) when (OperatingSystem.IsWindows() && exception is IOException or UnauthorizedAccessException)
        {
            File.Move(blob, path);
        }
    }

    private string? Commit(string repository, string revision)
    {
        if (HubFile.IsCommitHash(revision))
            return revision;
        var reference = Path.Combine(Of(repository), "refs", revision);
        return File.Exists(reference) && File.ReadAllText(reference).Trim() is var commit && HubFile.IsCommitHash(commit) ? commit : null;
    }

    private string Of(string repository) => Path.Combine(folder, NameOf(repository));

    private static string NameOf(string repository) => $"models--{repository.Replace("/", "--", StringComparison.Ordinal)}";
}
