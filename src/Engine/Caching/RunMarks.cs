using System.Text;
using Slipway.Engine.Files;

namespace Slipway.Engine.Caching;

/// <summary>
/// What each process at work needs, under <c>runs/</c> in the cache: the keys of all that it has found and will make. A mark counts as
/// long as its process holds the lock of the same name, however long that is, and whatever other runs of the plan have come to since.
/// </summary>
public sealed class RunMarks : IDisposable
{
    /// <summary>Name of the folder in the cache's.</summary>
    internal const string FolderName = "runs";

    private const string Kind = "run.1";
    private const int Many = 1000;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private readonly string _root;
    private readonly string _locks;
    private readonly string _name = $"run-{Guid.NewGuid():N}";
    private readonly HashSet<ContentHash> _keys = [];
    private readonly Lock _gate = new();
    private FileLock? _held;
    private Timer? _later;

    /// <param name="root">Folder of the cache.</param>
    internal RunMarks(string root)
    {
        _root = root;
        _locks = Path.Combine(root, "locks");
    }

    /// <summary>Remembers what this process has found; nothing is written before <see cref="Begin"/>.</summary>
    internal void Add(IEnumerable<ContentHash> keys)
    {
        lock (_gate)
        {
            var count = _keys.Count;
            _keys.UnionWith(keys);
            if (_held is null || _keys.Count == count)
                return;
            // Of many keys a new list is not written for each stage: what was found in the last second is young, and no collection takes it.
            if (_keys.Count < Many)
                Write();
            else
                _later ??= new Timer(_ => WriteLater(), null, Pause, Timeout.InfiniteTimeSpan);
        }
    }

    private void WriteLater()
    {
        lock (_gate)
        {
            _later?.Dispose();
            _later = null;
            if (_held is null)
                return;
            try
            {
                Write();
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // The next stage tries again.
            }
        }
    }

    /// <summary>Work begins: from now on others know what this process needs.</summary>
    internal void Begin()
    {
        lock (_gate)
        {
            if (_held is not null)
                return;
            _held = FileLock.TryAcquire(Path.Combine(_locks, _name));
            Write();
        }
    }

    /// <summary>The keys that processes at work need. Marks of processes that have ended go.</summary>
    /// <exception cref="IOException">The system does not give one of them.</exception>
    internal IReadOnlyCollection<ContentHash> Needed()
    {
        var needed = new HashSet<ContentHash>();
        foreach (var name in Names())
        {
            if (HasEnded(name))
            {
                Remove(name);
                continue;
            }

            var content = FileOf(name).TryRead(out var flaw);
            if (flaw is { IsDamage: false })
                throw flaw.Refusal($"What a process at work needs, '{PathOf(name)}',", "wait until it has ended");
            if (content is not null)
                needed.UnionWith(Encoding.ASCII.GetString(content.Value.Span).Split('\n').Select(line => ContentHash.TryParse(line, out var key) ? key : (ContentHash?)null).OfType<ContentHash>());
        }

        return needed;
    }

    /// <summary>Whether any process is at work.</summary>
    internal bool AnyAtWork => Names().Any(name => !HasEnded(name));

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _later?.Dispose();
            _later = null;
            if (_held is null)
                return;
            _held.Dispose();
            _held = null;
        }

        try
        {
            Remove(_name);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Without its lock it counts for nothing, and the next collection removes it.
        }
    }

    private IEnumerable<string> Names()
    {
        var folder = Path.Combine(_root, FolderName);
        return Directory.Exists(folder) ? Directory.GetFiles(folder).Select(path => Path.GetFileName(path)).Where(name => !name.StartsWith('.')) : [];
    }

    private bool HasEnded(string name)
    {
        using var free = FileLock.TryAcquire(Path.Combine(_locks, name), tells: false);
        return free is not null;
    }

    private void Write() => FileOf(_name).WriteUnflushed(Encoding.ASCII.GetBytes(string.Join('\n', _keys) + "\n"));

    private CheckedFile FileOf(string name) => new(_root, PathOf(name), Kind, name);

    private string PathOf(string name) => Path.Combine(_root, FolderName, name);

    private void Remove(string name)
    {
        File.Delete(PathOf(name));
        File.Delete(Path.Combine(_locks, name));
        File.Delete(Path.Combine(_locks, name + FileLock.OwnerExtension));
    }
}
