using Slipway.Diffusion.Checkpoints;
using Slipway.Engine.Caching;
using Slipway.Pipeline.Stages;

namespace Slipway.Pipeline.Sampling;

/// <summary>What a picture says of the model that drew it.</summary>
/// <param name="Name">Name of the file or folder.</param>
/// <param name="ShortHash">Ten hexadecimal digits of its <see cref="ModelHash"/>.</param>
internal sealed record ModelIdentity(string Name, string ShortHash)
{
    private const int ShortLength = 10;

    /// <param name="path">The model.</param>
    /// <param name="companions">The folder with a single file's tokenizers; null: beside the file.</param>
    /// <param name="hasher">Remembers hashes.</param>
    public static ModelIdentity Of(string path, string? companions, FileHasher hasher)
        => new(ModelHash.NameOf(path), ModelHash.Of(SdxlCheckpoint.Files(path, companions), hasher).ToString()[..ShortLength]);
}
