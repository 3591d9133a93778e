namespace Slipway.Engine.Caching;

/// <summary>Paths by the shortest end that tells them apart: <c>unet/config.json</c> beside <c>vae/config.json</c>.</summary>
internal sealed class FileNames
{
    private readonly ILookup<string, string> _byName;
    private readonly Dictionary<string, string> _shortest = new(StringComparer.Ordinal);

    public FileNames(IEnumerable<string> paths) => _byName = paths.Distinct(StringComparer.Ordinal).ToLookup(NameOf, StringComparer.Ordinal);

    public string ShortestOf(string path)
    {
        if (!_shortest.TryGetValue(path, out var shortest))
            _shortest[path] = shortest = Find(path);
        return shortest;
    }

    private string Find(string path)
    {
        var others = _byName[NameOf(path)].Where(other => other != path).ToList();
        for (var start = path.Length - NameOf(path).Length; start > 0; start = path.AsSpan(0, start - 1).LastIndexOf('/') + 1)
        {
            var end = path[start..];
            if (others.TrueForAll(other => !EndsWithParts(other, end)))
                return end;
        }

        return path;
    }

    private static bool EndsWithParts(string path, string end) =>
        path.EndsWith(end, StringComparison.Ordinal) && (path.Length == end.Length || path[^(end.Length + 1)] == '/');

    private static string NameOf(string path) => path[(path.LastIndexOf('/') + 1)..];
}
