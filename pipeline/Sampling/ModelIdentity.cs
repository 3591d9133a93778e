using Slipway.Pipeline.Caching;

namespace Slipway.Pipeline.Sampling;

/// <summary>What a picture says of the model that drew it.</summary>
/// <param name="Name">Name of the file or folder.</param>
/// <param name="ShortHash">Ten hexadecimal digits.</param>
internal sealed record ModelIdentity(string Name, string ShortHash)
{
    private const int ShortLength = 10;

    /// <summary>
    /// A file's hash is AUTOMATIC1111's, the first ten digits of its SHA-256. A folder has none there; here it is the
    /// same of the list that <c>sha256sum</c> makes of its weights, <c>hash  unet/….safetensors</c> a line, in the order
    /// of their paths.
    /// </summary>
    /// <exception cref="FileNotFoundException">There is neither a file nor a folder.</exception>
    public static ModelIdentity Of(string path, FileHasher hasher)
    {
        var name = Path.GetFileNameWithoutExtension(Path.TrimEndingDirectorySeparator(path));
        var hash = Directory.Exists(path) ? ContentHash.Of(Sums(path, hasher)) : hasher.Hash(path);
        return new ModelIdentity(name, hash.ToString()[..ShortLength]);
    }

    private static string Sums(string folder, FileHasher hasher)
        => string.Concat(
            Directory.GetFiles(folder, "*.safetensors", SearchOption.AllDirectories)
                .Select(file => (Path: Path.GetRelativePath(folder, file).Replace('\\', '/'), File: file))
                .OrderBy(file => file.Path, StringComparer.Ordinal)
                .Select(file => $"{hasher.Hash(file.File)}  {file.Path}\n"));
}
