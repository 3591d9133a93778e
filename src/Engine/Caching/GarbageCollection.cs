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

    private readonly Cache _cache;
    private readonly GarbageRules _rules;
    private readonly DateTime _before;
    private readonly string _own;
    private readonly List<WorkspacePlace> _others;
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
        _own = cache.IsShared ? WorkspacePlace.Of(cache.Store, cache.Workspace).Folder : cache.Root;
        _others = !cache.IsShared ? [] :
        [
            .. WorkspacePlace.All(cache.Store).Where(place => place.Folder != _own && !place.IsGone && !(place.LastUse < DateTime.UtcNow - rules.Age)),
        ];
    }

    /// <summary>Deletes what the rules do not keep.</summary>
    /// <returns>How many files went, or would go, and how many bytes.</returns>
    public static (int Files, long Bytes) Collect(Cache cache, GarbageRules rules)
    {
        ArgumentNullException.ThrowIfNull(cache);
        ArgumentNullException.ThrowIfNull(rules);
        var collection = new GarbageCollection(cache, rules);
        collection.MarkOrBeUnsure();
        if (collection._unsure is { } unsure)
            cache.Warn(unsure);
        else
            collection.Sweep();
        return (collection._files, collection._bytes);
    }

    // What is needed and cannot be read now would go with what is not needed.
    private void MarkOrBeUnsure()
    {
        try
        {
            Mark();
        }
        catch (Exception exception) when (Flaw.IsUnreadable(exception))
        {
            _unsure = $"Nothing was deleted: {exception.Message}.";
        }
    }

    private void Mark()
    {
        _needed.UnionWith(_rules.Needed.Concat(_cache.Records.Unfinished()).Concat(_cache.Marks.Needed()));
        foreach (var (records, marks) in OfOthers())
            _needed.UnionWith(records.Unfinished().Concat(marks.Needed()));
        _actions.UnionWith(_needed);
        foreach (var key in RunsKept().Concat(RunsLocked(_cache.Workspace)).Concat(_others.SelectMany(other => RunsLocked(other.Workspace))))
        {
            _actions.Add(key);
            foreach (var item in _cache.Actions.FindManifest(key)?.Items ?? [])
            {
                _actions.Add(item.Key);
                _blobs.UnionWith(item.Outputs.Select(output => output.Blob.Hash));
            }
        }

        // A record is never left without its bytes.
        _actions.UnionWith(_cache.Actions.All().Where(key => File.GetLastWriteTimeUtc(_cache.Actions.PathOf(key)) >= _before));
        foreach (var key in _actions)
            _blobs.UnionWith(_cache.Actions.Look(key)?.Outputs.Select(output => output.Blob.Hash) ?? []);
    }

    // The last run of a stage stays however old it is: nothing else says what is laid out.
    private IEnumerable<ContentHash> RunsKept()
    {
        IReadOnlyList<StageRecords> all = [_cache.Records, .. OfOthers().Select(other => other.Records)];
        var recent = all.SelectMany(records => records.Recent(_rules.Keep));
        return _rules.Age is { } age
            ? recent.Where(key => File.GetLastWriteTimeUtc(_cache.Actions.PathOf(key)) >= DateTime.UtcNow - age).Concat(all.SelectMany(records => records.Recent(1)))
            : recent;
    }

    /// <summary>
    /// The runs that the lock files of a workspace name. One that was taken from an earlier commit names other runs than the last, and whoever took it comes
    /// back to them. All fingerprints count that stand in the text, those of both sides of a merge conflict too.
    /// </summary>
    private static IEnumerable<ContentHash> RunsLocked(string workspace) => !Directory.Exists(workspace) ? [] : LockText.Fingerprints(Directory.EnumerateFiles(workspace, "*.lock.yaml").SelectMany(File.ReadLines));

    /// <summary>What the other workspaces need that share the store, each with its own history; not those that are gone, or whose last run is too old.</summary>
    private IEnumerable<(StageRecords Records, RunMarks Marks)> OfOthers() => _others.Select(place => (new StageRecords(place.Folder, _cache.Plan, line => BeUnsure(place, line)), new RunMarks(place.Folder)));

    // Another machine may be writing it, or this one be shown an old piece of it.
    private void BeUnsure(WorkspacePlace place, string line) =>
        _unsure ??= $"Nothing was deleted: what {place.Workspace} on {place.Machine} needs, which shares the cache, cannot be read now. {line} Try again in a while; where it stays so, run Verify there.";

    private void Sweep()
    {
        Delete(_cache.Actions.All().Where(key => !_actions.Contains(key)).Select(_cache.Actions.PathOf), _before);
        Delete(_cache.Content.Hashes().Where(hash => !_blobs.Contains(hash)).Select(_cache.Content.PathOf), _before);
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

    private void SweepShared()
    {
        SweepOwn();
        Delete(EntriesOf(_cache.Store, "tmp"), _before);
        Delete(WorkspacePlace.All(_cache.Store).Select(place => place.Folder).Where(folder => folder != _own && _others.TrueForAll(other => other.Folder != folder)), _before);
        foreach (var file in EntriesOf(_cache.Store, Cache.SharedLocks))
        {
            using var held = FileLock.TryAcquire(file);
            if (held is not null)
                Delete([file], _before);
        }
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
        using var held = FileLock.TryAcquire(_cache.LockPathOf(Path.GetFileName(folder)));
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
        foreach (var path in paths.ToList())
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
        var isFolder = FileStatus.TypeAt(path) == FileType.Folder;
        FileInfo[] files = isFolder ? new DirectoryInfo(path).GetFiles("*", SearchOption.AllDirectories)
            : FileStatus.TypeAt(path) == FileType.Missing ? []
            : [new FileInfo(path)];
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
