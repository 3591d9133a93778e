namespace Slipway.Engine.Caching;

/// <summary>Files by hash, as in Bazel's disk cache: <c>ab/abcdef…</c>.</summary>
internal static class HashedPath
{
    // What may not be entered does not end the walk: who looks for what should be there meets it by name.
    private static readonly EnumerationOptions Everything = new() { IgnoreInaccessible = true, AttributesToSkip = FileAttributes.None };

    public static string Of(string folder, ContentHash hash)
    {
        var text = hash.ToString();
        return Path.Combine(folder, text[..2], text);
    }

    /// <summary>The hashes by which something lies there, whatever it is, in no particular order.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="extension">What stands behind each hash.</param>
    public static IEnumerable<ContentHash> All(string folder, string extension = "") => !Directory.Exists(folder)
        ? []
        : Directory.EnumerateDirectories(folder, "*", Everything)
            .SelectMany(shard => Directory.EnumerateFileSystemEntries(shard, "*", Everything))
            .Where(path => path.EndsWith(extension, StringComparison.Ordinal))
            .Select(path => ContentHash.TryParse(Path.GetFileName(path)[..^extension.Length], out var hash) ? hash : (ContentHash?)null)
            .OfType<ContentHash>();
}
