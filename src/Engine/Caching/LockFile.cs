using System.Diagnostics;
using System.Text;
using Slipway.Engine.Files;

namespace Slipway.Engine.Caching;

/// <summary>
/// A plan's lock file, such as <c>lora.pipeline.lock.yaml</c>: for each profile and stage the fingerprint and the hash of
/// the outputs, sorted, so that a change of either shows in a review. It is a record for people; nothing is decided by
/// it. Several processes, and several threads of this one, may write it at once: each reads it again and changes its own
/// lines only.
/// </summary>
public sealed class LockFile
{
    private const int Many = 200;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);
    private readonly List<(string Profile, string Stage, LockedStage Line)> _later = [];
    private readonly string _path;
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Profile, string Stage), LockDifference> _differences = [];
    private long _written;
    private LockText _text;
    private FileStamp? _stamp;
    private bool _isAsWritten;

    /// <param name="path">The file; what cannot be understood in it is gone when the next stage has run.</param>
    /// <param name="warn">Is told of the markers of a merge conflict.</param>
    public LockFile(string path, Action<string>? warn = null)
    {
        _path = Path.GetFullPath(path);
        _text = Read();
        if (_text.ConflictLine > 0)
            warn?.Invoke($"{_path}:{_text.ConflictLine}: the lock file holds a merge conflict; what lies between its markers does not count, and the next run writes the file anew.");
    }

    /// <summary>Its name, without the folder.</summary>
    public string Name => Path.GetFileName(_path);

    /// <summary>Whether to write nothing, and to collect what would be written.</summary>
    public bool Locked { get; init; }

    /// <summary>Why a run writes the file anew whatever it gives; null where it is as a run writes it.</summary>
    public string? Oddity => _isAsWritten ? null : _text.ConflictLine > 0 ? $"a merge conflict begins in line {_text.ConflictLine}" : "it holds lines that no run writes";

    /// <summary>The lines that would change, by profile and stage; only when <see cref="Locked"/>.</summary>
    public IReadOnlyList<LockDifference> Differences
    {
        get
        {
            lock (_gate)
                return [.. _differences.OrderBy(pair => pair.Key.Profile, StringComparer.Ordinal).ThenBy(pair => pair.Key.Stage, StringComparer.Ordinal).Select(pair => pair.Value)];
        }
    }

    /// <summary>What the file says of a stage; null when it does not know it.</summary>
    public LockedStage? Find(string profile, string stage) => _text.Profiles.GetValueOrDefault(profile)?.GetValueOrDefault(stage);

    /// <summary>What the file says of a file that was fetched; null when it does not know it.</summary>
    /// <param name="source">Where it is from: repository, revision and path.</param>
    public LockedFile? FindFile(string source) => _text.Files.GetValueOrDefault(source);

    /// <summary>Writes down what was fetched.</summary>
    /// <param name="source">Where it is from: repository, revision and path.</param>
    /// <param name="file">What came.</param>
    public void Set(string source, LockedFile file)
    {
        if (FindFile(source) != file || !IsAsRead())
            Update(text => text.Files[source] = file);
    }

    /// <summary>Whether the file has this fingerprint of a stage; what is different is collected when <see cref="Locked"/>. To be asked before the stage runs.</summary>
    /// <param name="profile">Profile under which the stage would run.</param>
    /// <param name="stage">Label of the stage.</param>
    /// <param name="fingerprint">Key of the stage's manifest.</param>
    /// <param name="changes">Finds what is different, given the fingerprint that the file has.</param>
    public bool Check(string profile, string stage, ContentHash fingerprint, Func<ContentHash, IReadOnlyList<FingerprintChange>>? changes = null)
    {
        var old = Find(profile, stage);
        if (old?.Fingerprint == fingerprint)
            return true;
        Collect(new LockDifference(profile, stage, old, new LockedStage(fingerprint, null))
        {
            Changes = old is null || changes is null ? [] : changes(old.Fingerprint),
        });
        return false;
    }

    /// <summary>Sets a stage's entry, and writes the file if that changes it: at once, or where it has many lines, when <see cref="Flush"/> is called.</summary>
    /// <param name="profile">Profile under which the stage ran.</param>
    /// <param name="stage">Label of the stage.</param>
    /// <param name="fingerprint">Key of the stage's manifest.</param>
    /// <param name="outputs">Hash over the hashes of all outputs.</param>
    public void Set(string profile, string stage, ContentHash fingerprint, ContentHash outputs)
    {
        var line = new LockedStage(fingerprint, outputs);
        if (Find(profile, stage) == line && (Locked || IsAsRead()) && !IsLater(profile, stage))
            return;
        if (Locked)
        {
            Collect(new LockDifference(profile, stage, Find(profile, stage), line));
            return;
        }

        // A file of many lines is not written anew for each of them.
        lock (_gate)
            _later.Add((profile, stage, line));
        if (_text.Profiles.Values.Sum(stages => stages.Count) < Many || Stopwatch.GetElapsedTime(_written) >= Pause)
            Flush();
    }

    private bool IsLater(string profile, string stage)
    {
        lock (_gate)
            return _later.Exists(line => line.Profile == profile && line.Stage == stage);
    }

    /// <summary>Writes what has been set and not yet written.</summary>
    public void Flush()
    {
        (string Profile, string Stage, LockedStage Line)[] lines;
        lock (_gate)
        {
            lines = [.. _later];
            _later.Clear();
        }

        if (lines.Length == 0)
            return;
        Update(text =>
        {
            foreach (var (profile, stage, line) in lines)
                text.StagesOf(profile)[stage] = line;
        });
        _written = Stopwatch.GetTimestamp();
    }

    /// <summary>Drops the entries of stages that no longer exist. To be called when a run has gone through the whole plan.</summary>
    /// <param name="profile">The profile.</param>
    /// <param name="stages">The labels that exist.</param>
    public void Keep(string profile, IReadOnlySet<string> stages) => Drop((known, stage) => known == profile && !stages.Contains(stage));

    /// <summary>Drops the entries of profiles that the plan no longer has.</summary>
    public void KeepProfiles(IReadOnlySet<string> profiles) => Drop((profile, _) => !profiles.Contains(profile));

    /// <summary>The file's text.</summary>
    public override string ToString() => _text.ToString();

    private void Drop(Func<string, string, bool> isGone)
    {
        var gone = _text.Profiles.SelectMany(profile => profile.Value.Keys.Select(stage => (Profile: profile.Key, Stage: stage))).Where(line => isGone(line.Profile, line.Stage)).ToList();
        if (Locked)
            gone.ForEach(line => Collect(new LockDifference(line.Profile, line.Stage, Find(line.Profile, line.Stage), null)));
        else if (gone.Count > 0 || !IsAsRead())
            Update(text => gone.ForEach(line => text.StagesOf(line.Profile).Remove(line.Stage)));
    }

    private void Collect(LockDifference difference)
    {
        if (!Locked)
            return;
        lock (_gate)
        {
            var key = (difference.Profile, difference.Stage);
            // What was found before the stage ran stays: only the outputs are new.
            _differences[key] = difference with { Changes = difference.Changes.Count > 0 ? difference.Changes : _differences.GetValueOrDefault(key)?.Changes ?? [] };
        }
    }

    private bool IsAsRead() => _isAsWritten && FileStamp.Of(_path) == _stamp;

    private void Update(Action<LockText> change)
    {
        lock (_gate)
        {
            using var held = FileLock.Acquire(Path.Combine(Path.GetDirectoryName(_path)!, Cache.FolderName, "locks", FileName.Of(Path.GetFileName(_path))));
            var text = Read();
            var before = _isAsWritten ? text.ToString() : null;
            change(text);
            _text = text;
            if (text.ToString() == before)
                return;
            if (Directory.Exists(_path))
                throw new IOException($"{_path} is a folder; the lock file belongs there. Move the folder away.");
            AtomicFile.Write(_path, Encoding.UTF8.GetBytes(text.ToString()));
            (_isAsWritten, _stamp) = (true, FileStamp.Of(_path));
        }
    }

    private LockText Read()
    {
        _stamp = FileStamp.Of(_path);
        var found = _stamp is null ? "" : File.ReadAllText(_path);
        var text = LockText.Parse(found);
        _isAsWritten = _stamp is null || text.ToString() == found.ReplaceLineEndings("\n");
        return text;
    }
}
