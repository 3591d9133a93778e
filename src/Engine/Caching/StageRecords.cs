using System.Globalization;
using System.Text;
using Slipway.Engine.Files;

namespace Slipway.Engine.Caching;

/// <summary>
/// The runs of every stage, by plan and profile: <c>run</c> and the key of a manifest, a line each, newest last;
/// <c>open</c> and the key of an item that a run which has not ended yet has found or will make; and <c>left</c>, such a key and a day,
/// where another run has ended since: somebody may still come back to it. They say what a stage's latest results were made of, and
/// they are what the garbage collection keeps.
/// </summary>
public sealed class StageRecords
{
    /// <summary>Name of the folder in the cache's.</summary>
    internal const string FolderName = "history";

    private const int Kept = 20;
    private const string Kind = "history.2";
    private const string Run = "run ";
    private const string Open = "open ";
    private const string Left = "left ";
    private const string Day = "yyyy-MM-dd";
    private static readonly int KeyLength = 2 * ContentHash.Size;
    private readonly string _root;
    private readonly string _folder;
    private readonly string _plan;
    private readonly Action<string> _warn;

    /// <param name="root">Folder of the cache; the records go to <c>history/</c> in it.</param>
    /// <param name="plan">The plan: another plan's runs are none of this one's changes.</param>
    /// <param name="warn">Takes a line about each that is damaged.</param>
    public StageRecords(string root, string plan, Action<string> warn)
    {
        (_root, _plan, _warn) = (Path.GetFullPath(root), plan, warn);
        _folder = Path.Combine(_root, FolderName);
    }

    /// <summary>The keys of a stage's manifests, the latest first.</summary>
    public IEnumerable<ContentHash> Runs(string profile, string stage) => Keys(TryRead(FileOf(profile, stage)) ?? [], Run).Reverse();

    /// <summary>Whether a run is a stage's latest, and none has begun since: no garbage collection takes what it needs.</summary>
    internal bool IsLatest(string profile, string stage, ContentHash key) => TryRead(FileOf(profile, stage)) is { } lines && IsLatest(lines, key);

    /// <summary>Whether an earlier version of Slipway, whose keys were others, has run the stage.</summary>
    public bool HasEarlier(string profile, string stage) =>
        File.Exists(Path.Combine(EarlierFolder(_root), FileName.Of(profile), FileName.Of(stage)));

    /// <summary>Notes what a run that begins needs: the garbage collection leaves it alone until a run has been added, whenever that is.</summary>
    /// <param name="profile">Profile under which the stage runs.</param>
    /// <param name="stage">Label of the stage.</param>
    /// <param name="items">Keys of items, whether they have to be made or not; those of other runs that have not ended stay.</param>
    public void Begin(string profile, string stage, IEnumerable<ContentHash> items)
    {
        using var held = Hold();
        var file = FileOf(profile, stage);
        if (TryRead(file) is not { } lines)
            return;
        var open = Keys(lines, Open).ToHashSet();
        var count = open.Count;
        open.UnionWith(items);
        if (open.Count > count)
            Write(file, Keys(lines, Run), open, Abandoned(lines).Where(left => !open.Contains(left.Key)));
    }

    /// <summary>
    /// Adds a run that has ended, unless it is the same as the one before. Items of others that have not ended stay for a while: another
    /// process may be at them, or somebody come back to them.
    /// </summary>
    /// <param name="profile">Profile under which the stage ran.</param>
    /// <param name="stage">Label of the stage.</param>
    /// <param name="key">Key of the manifest.</param>
    /// <param name="items">Keys of its items.</param>
    public void Add(string profile, string stage, ContentHash key, IEnumerable<ContentHash> items)
    {
        var file = FileOf(profile, stage);
        if (TryRead(file) is not { } before || IsLatest(before, key))
            return;
        using var held = Hold();
        if (TryRead(file) is not { } lines)
            return;
        var done = items.ToHashSet();
        var runs = Keys(lines, Run).Where(run => run != key).Append(key);
        var today = DateOnly.FromDateTime(DateTime.UtcNow);
        Write(file, runs.TakeLast(Kept), [], Keys(lines, Open).Select(item => (item, today)).Concat(Abandoned(lines)).Where(left => !done.Contains(left.Item1)).DistinctBy(left => left.Item1));
    }

    /// <summary>The keys of the last <paramref name="count"/> different manifests of every stage, plan and profile.</summary>
    public IEnumerable<ContentHash> Recent(int count) => All().SelectMany(lines => Keys(lines, Run).TakeLast(count));

    /// <summary>The keys of all items of runs that have not ended; where another has ended since, as long as checkpoints are kept.</summary>
    public IEnumerable<ContentHash> Unfinished() => All().SelectMany(lines => Keys(lines, Open).Concat(Abandoned(lines).Select(left => left.Key)));

    /// <summary>Removes the histories that are damaged; they begin anew with the next run.</summary>
    /// <returns>Whose they are, and what is wrong with each; those that the system does not give stay.</returns>
    internal IEnumerable<(string Name, Flaw Flaw)> RemoveDamaged() => Paths()
        .Select(path => (Name: NameOf(path), Flaw: FileAt(path).RemoveDamaged()))
        .Where(history => history.Flaw is not null)
        .Select(history => (history.Name, history.Flaw!));

    /// <summary>Where an earlier version kept its records.</summary>
    internal static string EarlierFolder(string root) => Path.Combine(root, "records");

    private static bool IsLatest(string[] lines, ContentHash key) => !Keys(lines, Open).Any() && Keys(lines, Run).LastOrDefault() == key;

    /// <summary>Full path of the folder in which they lie.</summary>
    internal string Folder => _folder;

    /// <summary>Two processes at once lose no line.</summary>
    internal FileLock Hold() => FileLock.Acquire(Path.Combine(_root, "locks", "history"));

    private static IEnumerable<ContentHash> Keys(IEnumerable<string> lines, string what) => lines
        .Where(line => line.StartsWith(what, StringComparison.Ordinal))
        .Select(line => KeyOf(line, what))
        .OfType<ContentHash>();

    private static ContentHash? KeyOf(string line, string what) =>
        line.Length >= what.Length + KeyLength && ContentHash.TryParse(line.Substring(what.Length, KeyLength), out var key) ? key : null;

    /// <summary>What is not too long ago to come back to.</summary>
    private static IEnumerable<(ContentHash Key, DateOnly Since)> Abandoned(IEnumerable<string> lines)
    {
        var first = DateOnly.FromDateTime(DateTime.UtcNow - GarbageCollection.CheckpointAge);
        foreach (var line in lines.Where(line => line.StartsWith(Left, StringComparison.Ordinal)))
        {
            if (KeyOf(line, Left) is { } key && DateOnly.TryParseExact(line.AsSpan(Left.Length + KeyLength).Trim(), Day, CultureInfo.InvariantCulture, DateTimeStyles.None, out var since) && since >= first)
                yield return (key, since);
        }
    }

    // Whoever asks about all is about to delete what none of them names.
    private IEnumerable<string[]> All() => Paths().Select(path => Read(path, out var flaw) ?? throw flaw!.Refusal($"The history '{path}'", "delete it, and it begins anew"));

    private IEnumerable<string> Paths() => !Directory.Exists(_folder)
        ? []
        : Directory.EnumerateDirectories(_folder)
            .SelectMany(Directory.EnumerateDirectories)
            .SelectMany(Directory.EnumerateFileSystemEntries)
            .Where(file => !Path.GetFileName(file).StartsWith('.'))
            .Order(StringComparer.Ordinal);

    /// <summary>Its lines; null, and told, where the system does not give them: nothing is noted then, so that they stay.</summary>
    private string[]? TryRead(string path)
    {
        var lines = Read(path, out var flaw);
        if (lines is null)
            _warn($"The history of {NameOf(path)} {flaw}; it stays as it is, nothing is noted in it now, and reasons are missing until it can be read.");
        return lines;
    }

    private string[]? Read(string path, out Flaw? flaw)
    {
        if (FileAt(path).TryRead(out flaw) is { } content)
            return Encoding.ASCII.GetString(content.Span).Split('\n');
        if (flaw is { IsDamage: false })
            return null;
        if (flaw is not null)
            _warn($"The history of {NameOf(path)} {flaw}; it begins anew, and reasons are missing until then.");
        return [];
    }

    private static string NameOf(string path) => Uri.UnescapeDataString(Path.GetFileName(path));

    private void Write(string path, IEnumerable<ContentHash> runs, IEnumerable<ContentHash> open, IEnumerable<(ContentHash Key, DateOnly Since)> left) => FileAt(path).Write(Encoding.ASCII.GetBytes(
        string.Concat(
            runs.Select(key => $"{Run}{key}\n")
                .Concat(open.Select(key => $"{Open}{key}\n"))
                .Concat(left.Select(item => $"{Left}{item.Key} {item.Since.ToString(Day, CultureInfo.InvariantCulture)}\n")))));

    private CheckedFile FileAt(string path) => new(_root, path, Kind, Path.GetRelativePath(_folder, path).Replace('\\', '/'));

    private string FileOf(string profile, string stage) =>
        Path.Combine(_folder, FileName.Of(_plan), FileName.Of(profile), FileName.Of(stage));
}
