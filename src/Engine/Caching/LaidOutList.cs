using System.Text;

namespace Slipway.Engine.Caching;

/// <summary>
/// The files that one stage of one plan has laid out: a line with the key of the manifest, then <c>hash path</c>, a line
/// each. Lists of earlier versions have neither a plan nor a checksum.
/// </summary>
/// <param name="Plan">The plan; null for a list of an earlier version.</param>
/// <param name="Key">Key of the stage's manifest.</param>
/// <param name="Files">The files.</param>
internal sealed record LaidOutList(string? Plan, ContentHash Key, IReadOnlyList<LaidOutFile> Files)
{
    private const int HashLength = 2 * ContentHash.Size;

    public static byte[] Write(ContentHash key, IEnumerable<LaidOutFile> files)
    {
        var text = new StringBuilder().Append(key).Append('\n');
        foreach (var (path, hash) in files)
            text.Append(hash).Append(' ').Append(Escape(path)).Append('\n');
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>Whether a path is an output, for whoever stands in the workspace: what lies in the cache's own folder, such as the pages of a grid before they are copied, is not.</summary>
    public static bool IsOutput(string path) => !path.StartsWith($"{Cache.FolderName}/", StringComparison.Ordinal);

    /// <summary>Reads a list; null when the text is none. Paths that would lead out of the workspace, or are no outputs, are left out.</summary>
    public static LaidOutList? Parse(string? plan, ReadOnlySpan<byte> bytes)
    {
        var lines = Encoding.UTF8.GetString(bytes).Split('\n');
        if (!ContentHash.TryParse(lines[0], out var key))
            return null;
        var files = new List<LaidOutFile>();
        foreach (var line in lines.Skip(1).Where(line => line.Length > HashLength + 1))
        {
            var path = plan is null ? line[(HashLength + 1)..] : Unescape(line[(HashLength + 1)..]);
            if (ContentHash.TryParse(line[..HashLength], out var hash) && new ActionOutput(0, path, default).IsSafe && IsOutput(path))
                files.Add(new LaidOutFile(path, hash));
        }

        return new LaidOutList(plan, key, files);
    }

    // A name may hold a line's end.
    private static string Escape(string path) => path.AsSpan().IndexOfAny('%', '\n', '\r') < 0
        ? path
        : path.Replace("%", "%25", StringComparison.Ordinal).Replace("\n", "%0A", StringComparison.Ordinal).Replace("\r", "%0D", StringComparison.Ordinal);

    private static string Unescape(string path) =>
        path.Replace("%0D", "\r", StringComparison.Ordinal).Replace("%0A", "\n", StringComparison.Ordinal).Replace("%25", "%", StringComparison.Ordinal);
}
