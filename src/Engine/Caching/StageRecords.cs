using Slipway.Engine.Files;

namespace Slipway.Engine.Caching;

/// <summary>
/// The last runs of every stage, newest last: the key of the stage's manifest, a line each. They say what a stage's
/// latest result was made of, and they are what the garbage collection keeps.
/// </summary>
public sealed class StageRecords
{
    private const int Kept = 20;
    private readonly string _folder;

    /// <param name="root">Folder of the cache; the records go to <c>records/</c> in it.</param>
    public StageRecords(string root) => _folder = Path.Combine(root, "records");

    /// <summary>The key of the latest manifest of a stage; null when the stage has never run.</summary>
    /// <param name="scope">Profile under which the stage ran.</param>
    /// <param name="stage">Label of the stage.</param>
    public ContentHash? Latest(string scope, string stage)
    {
        var keys = Read(FileOf(scope, stage));
        return keys.Count > 0 ? keys[^1] : null;
    }

    /// <summary>Adds a run, unless it is the same as the one before.</summary>
    public void Add(string scope, string stage, ContentHash key)
    {
        var file = FileOf(scope, stage);
        var keys = Read(file);
        if (keys.Count > 0 && keys[^1] == key)
            return;
        keys.Remove(key);
        keys.Add(key);
        var lines = string.Concat(keys.Skip(keys.Count - Kept).Select(kept => $"{kept}\n"));
        AtomicFile.Write(file, System.Text.Encoding.ASCII.GetBytes(lines));
    }

    /// <summary>The keys of the last <paramref name="count"/> different manifests of every stage and profile.</summary>
    public IEnumerable<ContentHash> Recent(int count) => !Directory.Exists(_folder)
        ? []
        : Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories)
            .Where(file => !Path.GetFileName(file).StartsWith('.'))
            .SelectMany(file => Read(file).TakeLast(count));

    private static List<ContentHash> Read(string file)
    {
        var keys = new List<ContentHash>();
        if (!File.Exists(file))
            return keys;
        foreach (var line in File.ReadLines(file))
        {
            if (ContentHash.TryParse(line, out var key))
                keys.Add(key);
        }

        return keys;
    }

    private string FileOf(string scope, string stage) => Path.Combine(_folder, FileName.Of(scope), FileName.Of(stage));
}
