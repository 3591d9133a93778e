using Slipway.Engine.Files;

namespace Slipway.Engine.Caching;

/// <summary>
/// Removes from the cache what neither the last runs of any stage of any plan nor a lock file nor a run that has not ended refers to, nor a process
/// at work, and what earlier versions of Slipway have left.
/// </summary>
public sealed class GarbageCollection
{
    /// <summary>Checkpoints of runs that nobody goes on with stay this long.</summary>
    public static readonly TimeSpan CheckpointAge = TimeSpan.FromDays(14);

    /// <summary>Intermediate results stay this long after their last use.</summary>
    public static readonly TimeSpan KeptAge = TimeSpan.FromDays(30);

    private const int AtATime = 1000;
    private readonly Cache _cache;
    private readonly GarbageRules _rules;
    private readonly DateTime _before;
    private readonly string _own;
    private readonly List<WorkspacePlace> _others;
    private readonly HashSet<ContentHash> _runs = [];
    private readonly HashSet<ContentHash> _actions = [];
    private readonly HashSet<ContentHash> _needed = [];
    private readonly HashSet<ContentHash> _blobs = [];
    private string? _unsure;
    private int _files;
    private long _bytes;

    private GarbageCollection(Cache cache, GarbageRules rules)
    {
        (_cache, _rules) = (cache, rules);
        _before = DateTime.UtcNow - rules.Grace;
        _own = WorkspacePlace.Of(cache.Store, cache.Workspace).Folder;
        _others = [.. WorkspacePlace.All(cache.Store).Where(place => place.Folder != _own && !place.IsGone && !(rules.Age is { } age && place.IsForgotten(DateTime.UtcNow - age)))];
    }

    /// <summary>Deletes what the rules do not keep.</summary>
    /// <returns>How many files went, or would go, and how many bytes.</returns>
    public static (int Files, long Bytes) Collect(Cache cache, GarbageRules rules)
    {
        ArgumentNullException.ThrowIfNull(cache);
        ArgumentNullException.ThrowIfNull(rules);
        var collection = Look(cache, rules);
        collection.End();
        return (collection._files, collection._bytes);
    }

    /// <summary>Looks at what is needed; nothing is deleted before <see cref="End"/>.</summary>
    internal static GarbageCollection Look(Cache cache, GarbageRules rules)
    {
        var collection = new GarbageCollection(cache, rules);
        collection.OrBeUnsure(collection.Mark);
        return collection;
    }

    /// <summary>Deletes what was not needed then and is not needed now.</summary>
    internal void End()
    {
        if (_unsure is null)
            OrBeUnsure(Sweep);
        if (_unsure is not null)
            _cache.Warn(_unsure);
    }

    // What is needed and cannot be read now would go with what is not needed.
    private void OrBeUnsure(Action step)
    {
        try
        {
            step();
        }
        catch (Exception exception) when (Flaw.IsUnreadable(exception))
        {
            _unsure = $"{Nothing} was deleted: {exception.Message}.";
        }
    }

    private void Mark()
    {
        _needed.UnionWith(_rules.Needed);
        MarkNamed(RunsKept().Concat(RunsLocked(_cache.Workspace)).Concat(_others.SelectMany(other => RunsLocked(other.Workspace))));
        // A record is never left without its bytes.
        MarkActions(_cache.Actions.All().Where(key => File.GetLastWriteTimeUtc(_cache.Actions.PathOf(key)) >= _before));
    }

    /// <summary>What histories and processes name.</summary>
    private void MarkNamed(IEnumerable<ContentHash> runs)
    {
        _needed.UnionWith(_cache.Records.Unfinished().Concat(_cache.Marks.Needed()));
        foreach (var (records, marks) in OfOthers())
            _needed.UnionWith(records.Unfinished().Concat(marks.Needed()));
        MarkActions(_needed);
        foreach (var key in runs.Where(_runs.Add))
        {
            _actions.Add(key);
            var items = _cache.Actions.FindManifest(key)?.Items ?? [];
            _blobs.UnionWith(items.SelectMany(item => item.Outputs).Select(output => output.Blob.Hash));
            MarkActions(items.Select(item => item.Key));
        }
    }

    private void MarkActions(IEnumerable<ContentHash> keys)
    {
        foreach (var key in keys.Where(_actions.Add))
            _blobs.UnionWith(_cache.Actions.Look(key)?.Outputs.Select(output => output.Blob.Hash) ?? []);
    }

    // The last run of a stage stays however old it is: nothing else says what is laid out.
    private IEnumerable<ContentHash> RunsKept()
    {
        var all = AllRecords();
        var recent = all.SelectMany(records => records.Recent(_rules.Keep));
        return _rules.Age is { } age
            ? recent.Where(key => File.GetLastWriteTimeUtc(_cache.Actions.PathOf(key)) >= DateTime.UtcNow - age).Concat(all.SelectMany(records => records.Recent(1)))
            : recent;
    }

    /// <summary>Its own and the others' histories, in an order that is the same for each collection.</summary>
    private IReadOnlyList<StageRecords> AllRecords() => [.. OfOthers().Select(other => other.Records).Append(_cache.Records).OrderBy(records => records.Folder, StringComparer.Ordinal)];

    /// <summary>
    /// The runs that the lock files of a workspace name. One that was taken from an earlier commit names other runs than the last, and whoever took it comes
    /// back to them. All fingerprints count that stand in the text, those of both sides of a merge conflict too.
    /// </summary>
    private static IEnumerable<ContentHash> RunsLocked(string workspace) => !Directory.Exists(workspace) ? [] : LockText.Fingerprints(Directory.EnumerateFiles(workspace, "*.lock.yaml").SelectMany(File.ReadLines));

    /// <summary>What the other workspaces need that share the store, each with its own history; not those that are gone, or whose last run is too old.</summary>
    private IEnumerable<(StageRecords Records, RunMarks Marks)> OfOthers() => _others.Select(place => (new StageRecords(place.Folder, _cache.Plan, line => BeUnsure(place, line)), new RunMarks(place.Folder)));

    private string Nothing => _files == 0 ? "Nothing" : "Nothing more";

    // Another machine may be writing it, or this one be shown an old piece of it.
    private void BeUnsure(WorkspacePlace place, string line) =>
        _unsure ??= $"{Nothing} was deleted: what {place.Workspace} on {place.Machine} needs, which shares the cache, cannot be read now. {line} Try again in a while; where it stays so, run Verify there.";

    private void Sweep()
    {
        DeleteBut(_actions, _cache.Actions.All(), _cache.Actions.PathOf);
        DeleteBut(_blobs, _cache.Content.Hashes(), _cache.Content.PathOf);
        Delete(_cache.Jobs().Where(key => !_actions.Contains(key)).Select(_cache.JobPathOf), _before);
        Delete(EntriesOf("tmp"), _before);
        if (_cache.IsShared)
            SweepShared();
        Delete(EntriesOf("checkpoints").Where(IsAbandoned), DateTime.UtcNow - CheckpointAge);
        Delete(FilesBelow(_cache.Store, KeptFiles.FolderName), DateTime.UtcNow - KeptAge);
        foreach (var folder in EntriesOf("work"))
            DeleteWork(folder);
        // What versions before the second format of the records have left.
        Delete([StageRecords.EarlierFolder(_cache.Root), Path.Combine(_cache.Root, "hashes")], DateTime.MaxValue);
    }

    /// <summary>
    /// A run that begins meanwhile may come back to what was not needed. It says so in its history before it relies on what it finds; while the histories are
    /// held none does, and what was said before they were is heard.
    /// </summary>
    private void DeleteBut(HashSet<ContentHash> needed, IEnumerable<ContentHash> all, Func<ContentHash, string> pathOf)
    {
        foreach (var some in all.Where(hash => !needed.Contains(hash)).ToList().Chunk(AtATime))
        {
            var held = _rules.IsPreview ? [] : AllRecords().Select(TryHold).ToList();
            try
            {
                MarkNamed(AllRecords().SelectMany(records => records.Recent(1)));
                Delete(some.Where(hash => !needed.Contains(hash)).Select(pathOf), _before);
            }
            finally
            {
                held.ForEach(one => one?.Dispose());
            }
        }
    }

    private static FileLock? TryHold(StageRecords records)
    {
        try
        {
            return records.Hold();
        }
        catch (Exception exception) when (Flaw.IsUnreadable(exception))
        {
            // Another user's: what it begins in this moment may have to be made again.
            return null;
        }
    }

    private void SweepShared()
    {
        SweepOwn();
        Delete(EntriesOf(_cache.Store, "tmp"), _before);
        Delete(WorkspacePlace.All(_cache.Store).Select(place => place.Folder).Where(folder => folder != _own && _others.TrueForAll(other => other.Folder != folder)), _before);
        var locks = EntriesOf(_cache.Store, Cache.SharedLocks).ToLookup(file => file.EndsWith(FileLock.OwnerExtension, StringComparison.Ordinal));
        foreach (var file in locks[false])
        {
            using var held = FileLock.TryAcquire(file, tells: false);
            if (held is not null)
                Delete([file], _before);
        }

        Delete(locks[true].Where(owner => !File.Exists(owner[..^FileLock.OwnerExtension.Length])), _before);
    }

    /// <summary>
    /// What the workspace has in its own folder from before it shared the store goes, but for what the last runs need and the store does not have, and what a process needs that does
    /// not share it.
    /// </summary>
    private void SweepOwn()
    {
        var (actions, content) = (new ActionCache(_cache.Root, _cache.Warn), new ContentStore(_cache.Root, _cache.Warn));
        var own = new StageRecords(_cache.Root, _cache.Plan, _cache.Warn);
        var kept = own.Unfinished().Concat(new RunMarks(_cache.Root).Needed()).ToHashSet();
        foreach (var run in own.Recent(1).Concat(_cache.Records.Recent(1)).ToHashSet())
        {
            if (!File.Exists(actions.PathOf(run)) || actions.FindManifest(run) is not { } manifest || manifest.Items.Select(item => item.Key).Where(key => !IsInStore(key)).ToList() is not { Count: > 0 } lacking)
                continue;
            kept.Add(run);
            kept.UnionWith(lacking);
        }

        kept.UnionWith(actions.All().Where(key => File.GetLastWriteTimeUtc(actions.PathOf(key)) >= _before));
        var blobs = kept.SelectMany(key => actions.Look(key)?.Outputs ?? []).Select(output => output.Blob.Hash).ToHashSet();
        Delete(actions.All().Where(key => !kept.Contains(key)).Select(actions.PathOf), _before);
        Delete(content.Hashes().Where(hash => !blobs.Contains(hash)).Select(content.PathOf), _before);
        Delete(FilesBelow(_cache.Root, KeptFiles.FolderName), _before);
    }

    private bool IsInStore(ContentHash key) => _actions.Contains(key) && File.Exists(_cache.Actions.PathOf(key));

    /// <summary>What a process is working in is its own, however long that takes: it holds the lock of the same name.</summary>
    private void DeleteWork(string folder)
    {
        using var held = FileLock.TryAcquire(_cache.LockPathOf(Path.GetFileName(folder)), tells: false);
        if (held is not null)
            Delete([folder], _before);
    }

    private bool IsAbandoned(string checkpoints) =>
        !ContentHash.TryParse(Path.GetFileName(checkpoints), out var key) || !_needed.Contains(key);

    private string[] EntriesOf(string name) => EntriesOf(_cache.Root, name);

    private static string[] EntriesOf(string root, string name)
    {
        var folder = Path.Combine(root, name);
        return Directory.Exists(folder) ? Directory.GetFileSystemEntries(folder) : [];
    }

    private static string[] FilesBelow(string root, string name)
    {
        var folder = Path.Combine(root, name);
        return Directory.Exists(folder) ? Directory.GetFiles(folder, "*", SearchOption.AllDirectories) : [];
    }

    /// <summary>Deletes files, and folders whose every file is old enough; what cannot be deleted is told.</summary>
    private void Delete(IEnumerable<string> paths, DateTime before)
    {
        foreach (var path in _unsure is null ? paths.ToList() : [])
        {
            try
            {
                DeleteOne(path, before);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                _cache.Warn($"{Path.GetRelativePath(_cache.Workspace, path)} is not needed any more, and cannot be deleted: {e.Message}");
            }
        }
    }

    private void DeleteOne(string path, DateTime before)
    {
        var type = FileStatus.TypeAt(path);
        if (type == FileType.Missing)
            return;
        var isFolder = type == FileType.Folder;
        FileInfo[] files = isFolder ? new DirectoryInfo(path).GetFiles("*", SearchOption.AllDirectories) : [new FileInfo(path)];
        if (files.Any(file => file.LastWriteTimeUtc >= before))
            return;
        _bytes += files.Sum(file => file.Exists ? file.Length : 0);
        _files += files.Length;
        if (_rules.IsPreview)
            return;
        if (isFolder)
            Directory.Delete(path, recursive: true);
        else
            File.Delete(path);
    }
}
