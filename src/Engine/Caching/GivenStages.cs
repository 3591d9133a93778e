using System.Globalization;
using System.Text;
using Slipway.Engine.Files;

namespace Slipway.Engine.Caching;

/// <summary>
/// Which stages a remote cache has been seen to have all results of, under <c>given/</c> in the cache: a line each, the key of the stage's manifest and the day. So a run
/// that makes nothing need not ask again; after a while it does, for servers forget.
/// </summary>
public sealed class GivenStages
{
    /// <summary>Name of the folder in the cache's.</summary>
    internal const string FolderName = "given";

    private const string Kind = "given.1";
    private const string Day = "yyyy-MM-dd";
    private const int Kept = 10_000;
    private const int DaysTrusted = 7;
    private static readonly int KeyLength = 2 * ContentHash.Size;
    private readonly string _root;
    private readonly Action<string> _warn;
    private readonly TimeProvider _clock;

    /// <param name="root">Folder of the cache.</param>
    /// <param name="warn">Takes a line about each list that is damaged.</param>
    /// <param name="clock">What day it is; null: today.</param>
    public GivenStages(string root, Action<string> warn, TimeProvider? clock = null) => (_root, _warn, _clock) = (Path.GetFullPath(root), warn, clock ?? TimeProvider.System);

    /// <summary>The stages that the remote cache with this name had not too long ago.</summary>
    public IReadOnlySet<ContentHash> Of(string remote) => Read(remote).Keys.ToHashSet();

    /// <summary>Notes that it has stages today.</summary>
    /// <param name="remote">Name of the remote cache.</param>
    /// <param name="stages">Keys of their manifests.</param>
    public void Add(string remote, IEnumerable<ContentHash> stages)
    {
        var known = Read(remote);
        foreach (var stage in stages)
            known[stage] = Today;
        FileOf(remote).WriteUnflushed(Encoding.ASCII.GetBytes(string.Concat(
            known.OrderBy(stage => stage.Value).ThenBy(stage => stage.Key.ToString(), StringComparer.Ordinal).TakeLast(Kept)
                .Select(stage => $"{stage.Key} {stage.Value.ToString(Day, CultureInfo.InvariantCulture)}\n"))));
    }

    /// <summary>Removes the lists that are damaged: what they told of is asked for again.</summary>
    /// <returns>What is wrong with each; those that the system does not give stay.</returns>
    internal IEnumerable<(string Name, Flaw Flaw)> RemoveDamaged() => !Directory.Exists(Folder)
        ? []
        : Directory.GetFileSystemEntries(Folder).Where(path => !Path.GetFileName(path).StartsWith('.')).Order(StringComparer.Ordinal)
            .Select(path => (Name: Path.GetFileName(path), Flaw: FileAt(path).RemoveDamaged()))
            .Where(list => list.Flaw is not null)
            .Select(list => (list.Name, list.Flaw!));

    private string Folder => Path.Combine(_root, FolderName);

    private DateOnly Today => DateOnly.FromDateTime(_clock.GetUtcNow().UtcDateTime);

    private Dictionary<ContentHash, DateOnly> Read(string remote)
    {
        var found = new Dictionary<ContentHash, DateOnly>();
        var content = FileOf(remote).TryRead(out var flaw);
        if (flaw is not null)
            _warn($"The list of what {remote} has {flaw}; it is asked again.");
        foreach (var line in content is null ? [] : Encoding.ASCII.GetString(content.Value.Span).Split('\n'))
        {
            if (line.Length > KeyLength && ContentHash.TryParse(line[..KeyLength], out var key) && DateOnly.TryParseExact(line.AsSpan(KeyLength).Trim(), Day, CultureInfo.InvariantCulture, DateTimeStyles.None, out var since)
                && since > Today.AddDays(-DaysTrusted) && since <= Today)
            {
                found[key] = since;
            }
        }

        return found;
    }

    private CheckedFile FileOf(string remote) => FileAt(Path.Combine(Folder, ContentHash.Of(remote).ToString()));

    private CheckedFile FileAt(string path) => new(_root, path, Kind, Path.GetFileName(path));
}
