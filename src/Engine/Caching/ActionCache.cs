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
    private const string ResultRemedy = "what made it runs again";
    private const string ManifestRemedy = "it is made again";
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

    /// <summary>Whether there is a record with this key; it is not looked at.</summary>
    internal bool Contains(ContentHash key) => File.Exists(PathOf(key));

    /// <summary>The keys of all records, of actions and of manifests.</summary>
    public IEnumerable<ContentHash> All() => HashedPath.All(_folder);

    /// <summary>The result of the action with this key; null when there is none that can be read.</summary>
    public ActionResult? TryGet(ContentHash key) => Tell(key, Read(key, ActionKind, ActionJson.ReadResult, out var flaw), flaw, ResultRemedy);

    /// <summary>How long the action with this key took; null when there is no record that can be read.</summary>
    public TimeSpan? DurationOf(ContentHash key) =>
        Tell(key, Read(key, ActionKind, ActionJson.ReadDuration, out var flaw), flaw, ResultRemedy) is { } found ? TimeSpan.FromSeconds(found.Seconds) : null;

    /// <summary>The manifest with this key; null when there is none that can be read.</summary>
    public StageManifest? TryGetManifest(ContentHash key) => Tell(key, Read(key, ManifestKind, ActionJson.ReadManifest, out var flaw), flaw, ManifestRemedy);

    /// <summary>The result of the action with this key, where work would be done a second time without it; null when there is none.</summary>
    /// <exception cref="IOException">The system does not give its record.</exception>
    internal ActionResult? Find(ContentHash key) => Tell(key, Read(key, ActionKind, ActionJson.ReadResult, out var flaw), Readable(key, flaw), ResultRemedy);

    /// <summary>The manifest with this key, where something would be lost without it; null when there is none.</summary>
    /// <exception cref="IOException">The system does not give it.</exception>
    internal StageManifest? FindManifest(ContentHash key) => Tell(key, Read(key, ManifestKind, ActionJson.ReadManifest, out var flaw), Readable(key, flaw), ManifestRemedy);

    /// <summary>Records a result.</summary>
    public void Put(ContentHash key, ActionResult result) => FileOf(key, ActionKind).Write(ActionJson.Write(result));

    /// <summary>Records all results of a stage. It says in one file what is in those of its jobs, so that it need not outlive a power cut.</summary>
    public void Put(ContentHash key, StageManifest manifest) => FileOf(key, ManifestKind).WriteUnflushed(ActionJson.Write(manifest));

    /// <summary>Forgets a result.</summary>
    internal void Remove(ContentHash key) => Obstacle.SetAside(_root, PathOf(key));

    /// <summary>What is wrong with a record, if anything; and the result that it holds, if it is that of an action.</summary>
    internal Flaw? Inspect(ContentHash key, out ActionResult? result)
    {
        result = Read(key, ActionKind, ActionJson.ReadResult, out var flaw);
        return flaw is null || Read(key, ManifestKind, ActionJson.ReadManifest, out _) is not null ? null : flaw;
    }

    /// <summary>The result with this key, of whatever sort; null where it is none of an action.</summary>
    /// <exception cref="IOException">The system does not give its record.</exception>
    internal ActionResult? Look(ContentHash key)
    {
        Readable(key, Inspect(key, out var result));
        return result;
    }

    private T? Tell<T>(ContentHash key, T? value, Flaw? flaw, string remedy)
    {
        if (flaw is { IsDamage: true })
            _warn($"The cache record {key} is damaged (it {flaw.Text}); {remedy}.");
        else if (flaw is not null)
            _warn($"The cache record {key} {flaw.Text}; it stays where it is, and is not looked at.");
        return value;
    }

    private Flaw? Readable(ContentHash key, Flaw? flaw) =>
        flaw is null or { IsDamage: true } ? flaw : throw flaw.Refusal($"The cache record '{PathOf(key)}'", "delete it to have what it tells of made again");

    private T? Read<T>(ContentHash key, string kind, Func<ReadOnlyMemory<byte>, T> read, out Flaw? flaw)
        where T : class
    {
        try
        {
            return FileOf(key, kind).TryRead(out flaw) is { } json ? read(json) : null;
        }
        catch (InvalidDataException e)
        {
            flaw = new Flaw($"cannot be understood: {e.Message}");
            return null;
        }
    }

    private CheckedFile FileOf(ContentHash key, string kind) => new(_root, PathOf(key), kind, key.ToString());
}
