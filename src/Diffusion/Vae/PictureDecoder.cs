using TorchSharp;
using static TorchSharp.torch;

namespace Slipway.Diffusion.Vae;

/// <summary>
/// Decodes a batch with the memory that is free: all pictures together, or else one by one, or else tile by tile. Only the last
/// gives another picture, a little.
/// </summary>
/// <param name="vae">The autoencoder.</param>
/// <param name="free">Free bytes at the moment; null: nobody knows, and then there is enough.</param>
/// <param name="say">Told where tiles are needed, a line.</param>
internal sealed class PictureDecoder(AutoencoderKL vae, Func<long?> free, Action<string>? say)
{
    private const double GiB = 1 << 30;

    /// <summary>What must be left to everything else.</summary>
    private const double Share = 0.8;

    /// <param name="latents">Unscaled latents [B, 4, h, w].</param>
    /// <returns>[B, 3, f·h, f·w].</returns>
    public Tensor Decode(Tensor latents)
    {
        var available = (long)(Share * (free() ?? long.MaxValue));
        var (count, one) = (latents.shape[0], vae.DecodeBytes(latents.shape[2], latents.shape[3]));
        if (count * one <= available)
            return vae.Decode(latents);
        if (one > available)
            say?.Invoke(FormattableString.Invariant($"The autoencoder decodes in tiles: a whole picture takes {one / GiB:F1} GiB, {available / GiB:F1} GiB may be used. Colours can differ a little from tile to tile."));
        using var scope = NewDisposeScope();
        return cat([.. latents.split(1).Select(picture => one <= available ? vae.Decode(picture) : vae.DecodeTiled(picture, TileGrid.Default))]).MoveToOuterDisposeScope();
    }
}
