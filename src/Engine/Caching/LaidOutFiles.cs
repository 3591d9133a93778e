using System.Text;
using Slipway.Engine.Files;

namespace Slipway.Engine.Caching;

/// <summary>
/// Which files a stage has laid out, and with which content: <c>hash path</c>, a line each, after a line with the key of
/// the manifest. Only these are ever deleted, and only while they are still as they were laid out.
/// </summary>
public sealed class LaidOutFiles
{
    private readonly string _workspace;
    private readonly string _folder;
    private readonly FileHasher _hasher;
    private readonly Action<string> _warn;

    internal LaidOutFiles(string workspace, string root, FileHasher hasher, Action<string> warn)
    {
        _workspace = workspace;
        _folder = Path.Combine(root, "laid-out");
        _hasher = hasher;
        _warn = warn;
    }

    /// <summary>Makes these the stage's files; those of its earlier run that are no longer among them are deleted.</summary>
    /// <param name="stage">Label of the stage.</param>
    /// <param name="key">Key of the stage's manifest; when it is the one of the last call, nothing needs to be done.</param>
    /// <param name="files">Paths relative to the workspace, and their content.</param>
    internal void Replace(string stage, ContentHash key, IEnumerable<(string Path, ContentHash Hash)> files)
    {
        var list = Path.Combine(_folder, FileName.Of(stage));
        if (KeyOf(list) == key)
            return;
        var now = files.ToList();
        var kept = now.Select(file => file.Path).ToHashSet(StringComparer.Ordinal);
        foreach (var (path, hash) in Read(list))
        {
            if (!kept.Contains(path))
                Delete(path, hash);
        }

        var text = new StringBuilder().Append(key).Append('\n');
        foreach (var (path, hash) in now)
            text.Append(hash).Append(' ').Append(path).Append('\n');
        AtomicFile.Write(list, Encoding.UTF8.GetBytes(text.ToString()));
    }

    /// <summary>Deletes everything that any stage has laid out and nobody has edited since.</summary>
    /// <returns>How many files were deleted.</returns>
    public int DeleteAll()
    {
        var deleted = 0;
        foreach (var list in Lists())
        {
            deleted += Read(list).Count(file => Delete(file.Path, file.Hash));
            File.Delete(list);
        }

        return deleted;
    }

    /// <summary>The files, relative to the workspace, that were laid out and are now different or gone.</summary>
    public IReadOnlyList<string> FindChanged() =>
    [
        .. Lists().SelectMany(Read)
            .Where(file => !File.Exists(FullPath(file.Path)) || _hasher.Rehash(FullPath(file.Path)) != file.Hash)
            .Select(file => file.Path)
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal),
    ];

    private static ContentHash? KeyOf(string list) =>
        File.Exists(list) && ContentHash.TryParse(File.ReadLines(list).FirstOrDefault(), out var key) ? key : null;

    private static IEnumerable<(string Path, ContentHash Hash)> Read(string list)
    {
        if (!File.Exists(list))
            yield break;
        foreach (var line in File.ReadAllLines(list).Skip(1))
        {
            const int HashLength = 2 * ContentHash.Size;
            if (line.Length > HashLength + 1 && ContentHash.TryParse(line[..HashLength], out var hash))
                yield return (line[(HashLength + 1)..], hash);
        }
    }

    private bool Delete(string path, ContentHash hash)
    {
        var full = FullPath(path);
        if (!File.Exists(full))
            return false;
        if (_hasher.Hash(full) != hash)
        {
            _warn($"{path} is no longer an output, but it was edited: it stays. Delete it when you do not need it.");
            return false;
        }

        File.Delete(full);
        DeleteEmptyFolders(Path.GetDirectoryName(full)!);
        return true;
    }

    private void DeleteEmptyFolders(string from)
    {
        for (var at = from; at.Length > _workspace.Length && Directory.Exists(at) && !Directory.EnumerateFileSystemEntries(at).Any(); at = Path.GetDirectoryName(at)!)
            Directory.Delete(at);
    }

    private IEnumerable<string> Lists() => !Directory.Exists(_folder)
        ? []
        : Directory.GetFiles(_folder).Where(file => !Path.GetFileName(file).StartsWith('.'));

    private string FullPath(string path) => Path.Combine(_workspace, path);
}
