using Slipway.Diffusion.Checkpoints;
using Slipway.Engine.Caching;

namespace Slipway.Pipeline.Drawing;

/// <summary>What a picture says of the model that drew it.</summary>
/// <param name="Name">Name of the file or folder.</param>
/// <param name="Hash">See <see cref="ModelHash"/>.</param>
public sealed record ModelIdentity(string Name, ContentHash Hash)
{
    private const int ShortLength = 10;

    /// <summary>Ten hexadecimal digits of the hash.</summary>
    public string ShortHash => Hash.ToString()[..ShortLength];

    /// <summary>Of a model that is no job's.</summary>
    /// <param name="path">The model.</param>
    /// <param name="companions">The folder with a single file's tokenizers; null: beside the file.</param>
    /// <param name="hasher">Remembers hashes.</param>
    internal static ModelIdentity From(string path, string? companions, FileHasher hasher) =>
        new(ModelHash.NameOf(path), ModelHash.From([.. SdxlCheckpoint.Files(path, companions).Select(file => (file.Role, hasher.Hash(file.Path)))]));
}
