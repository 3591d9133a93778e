using Slipway.Engine.Files;

namespace Slipway.Engine.Caching;

/// <summary>
/// Results by the key of what they depend on, under <c>ac/ab/abcdef…</c>. Put every blob of a result into the
/// <see cref="ContentStore"/> first: a record never names bytes that were not safely stored before it.
/// </summary>
public sealed class ActionCache
{
    /// <summary>Name of the folder in the cache's.</summary>
    internal const string FolderName = "ac";

    internal const string ActionKind = "action.2";
    private const string ManifestKind = "manifest.2";
    private readonly string _root;
    private readonly string _folder;
    private readonly Action<string> _warn;

    /// <param name="root">Folder of the cache; records go to <c>ac/</c> in it.</param>
    /// <param name="warn">Takes a line about each record that cannot be read.</param>
    public ActionCache(string root, Action<string> warn)
    {
        _root = Path.GetFullPath(root);
        _folder = Path.Combine(_root, FolderName);
        _warn = warn;
    }

    /// <summary>Where the record with this key is, or would be.</summary>
    public string PathOf(ContentHash key) => HashedPath.Of(_folder, key);

    /// <summary>The keys of all records, of actions and of manifests.</summary>
    public IEnumerable<ContentHash> All() => HashedPath.All(_folder);

    /// <summary>The result of the action with this key; null when there is none that can be read.</summary>
    public ActionResult? TryGet(ContentHash key) => TryRead(key, ActionKind, ActionJson.ReadResult, "what made it runs again");

    /// <summary>The manifest with this key; null when there is none that can be read.</summary>
    public StageManifest? TryGetManifest(ContentHash key) => TryRead(key, ManifestKind, ActionJson.ReadManifest, "it is made again");

    /// <summary>Records a result.</summary>
    public void Put(ContentHash key, ActionResult result) => FileOf(key, ActionKind).Write(ActionJson.Write(result));

    /// <summary>Records all results of a stage. It says in one file what is in those of its jobs, so that it need not outlive a power cut.</summary>
    public void Put(ContentHash key, StageManifest manifest) => FileOf(key, ManifestKind).WriteUnflushed(ActionJson.Write(manifest));

    /// <summary>Forgets a result.</summary>
    internal void Remove(ContentHash key) => Obstacle.SetAside(_root, PathOf(key));

    /// <summary>What is wrong with a record, if anything; and the result that it holds, if it is that of an action.</summary>
    internal string? Inspect(ContentHash key, out ActionResult? result)
    {
        result = Read(key, ActionKind, ActionJson.ReadResult, out var damage);
        return damage is null || Read(key, ManifestKind, ActionJson.ReadManifest, out _) is not null ? null : damage;
    }

    private T? TryRead<T>(ContentHash key, string kind, Func<ReadOnlyMemory<byte>, T> read, string remedy)
        where T : class
    {
        var value = Read(key, kind, read, out var damage);
        if (damage is not null)
            _warn($"The cache record {key} is damaged (it {damage}); {remedy}.");
        return value;
    }

    private T? Read<T>(ContentHash key, string kind, Func<ReadOnlyMemory<byte>, T> read, out string? damage)
        where T : class
    {
        try
        {
            return FileOf(key, kind).TryRead(out damage) is { } json ? read(json) : null;
        }
        catch (InvalidDataException e)
        {
            damage = $"cannot be understood: {e.Message}";
            return null;
        }
    }

    private CheckedFile FileOf(ContentHash key, string kind) => new(_root, PathOf(key), kind, key.ToString());
}
