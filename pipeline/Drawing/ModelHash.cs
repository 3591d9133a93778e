using Slipway.Engine.Caching;

namespace Slipway.Pipeline.Drawing;

/// <summary>By what web UIs know a model: its name and the hash of its content.</summary>
internal static class ModelHash
{
    /// <summary>
    /// SHA-256 by which web UIs know the model (its first ten digits are A1111's "Model hash"): of the checkpoint; of a
    /// folder in diffusers' layout, which they do not know, that of the UNet's weights, or of its shards' hashes.
    /// </summary>
    /// <param name="files">The model's files by what they are to it, and their hashes.</param>
    public static ContentHash From(IReadOnlyList<(string Role, ContentHash Hash)> files)
    {
        var whole = files.Where(file => file.Role is "checkpoint" or "unet/weights");
        var shards = files.Where(file => file.Role.StartsWith("unet/weights/", StringComparison.Ordinal));
        var hashes = whole.Concat(shards).Select(file => file.Hash).ToList();
        return hashes is [var only] ? only : ContentHash.Of(string.Concat(hashes.Skip(1)));
    }

    /// <summary>The file's name without extension, or the folder's.</summary>
    public static string NameOf(string path) => File.Exists(path) ? Path.GetFileNameWithoutExtension(path) : Path.GetFileName(Path.TrimEndingDirectorySeparator(path));
}
