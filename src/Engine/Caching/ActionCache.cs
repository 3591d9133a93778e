using Slipway.Engine.Files;

namespace Slipway.Engine.Caching;

/// <summary>
/// Results by the key of what they depend on, under <c>ac/ab/abcdef…</c>. Put every blob of a result into the
/// <see cref="ContentStore"/> first: a record never names bytes that were not safely stored before it.
/// </summary>
public sealed class ActionCache
{
    private readonly string _folder;
    private readonly Action<string> _warn;

    /// <param name="root">Folder of the cache; records go to <c>ac/</c> in it.</param>
    /// <param name="warn">Takes a line about each record that cannot be read.</param>
    public ActionCache(string root, Action<string> warn)
    {
        _folder = Path.Combine(root, "ac");
        _warn = warn;
    }

    /// <summary>Where the record with this key is, or would be.</summary>
    public string PathOf(ContentHash key)
    {
        var text = key.ToString();
        return Path.Combine(_folder, text[..2], text);
    }

    /// <summary>The keys of all records, of actions and of manifests.</summary>
    public IEnumerable<ContentHash> All() => !Directory.Exists(_folder)
        ? []
        : Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories)
            .Where(file => ContentHash.TryParse(Path.GetFileName(file), out _))
            .Select(file => ContentHash.TryParse(Path.GetFileName(file), out var key) ? key : default);

    /// <summary>The result of the action with this key; null when there is none that can be read.</summary>
    public ActionResult? TryGet(ContentHash key) => TryRead(key, ActionJson.ReadResult);

    /// <summary>The manifest with this key; null when there is none that can be read.</summary>
    public StageManifest? TryGetManifest(ContentHash key) => TryRead(key, ActionJson.ReadManifest);

    /// <summary>Records a result.</summary>
    public void Put(ContentHash key, ActionResult result) => AtomicFile.Write(PathOf(key), ActionJson.Write(result));

    /// <summary>Records all results of a stage.</summary>
    public void Put(ContentHash key, StageManifest manifest) => AtomicFile.Write(PathOf(key), ActionJson.Write(manifest));

    /// <summary>Forgets a result.</summary>
    internal void Remove(ContentHash key) => File.Delete(PathOf(key));

    private T? TryRead<T>(ContentHash key, Func<ReadOnlyMemory<byte>, T> read)
        where T : class
    {
        var path = PathOf(key);
        try
        {
            return File.Exists(path) ? read(File.ReadAllBytes(path)) : null;
        }
        catch (InvalidDataException e)
        {
            _warn($"The cache record {key} is damaged ({e.Message}); what made it runs again.");
            return null;
        }
    }
}
