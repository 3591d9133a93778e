using static TorchSharp.torch;

namespace Slipway.Diffusion.Vae;

/// <summary>
/// Decodes a batch within a fixed measure of memory: all pictures together, or else one by one, or else tile by tile, which gives
/// another picture, a little. The pictures' size alone decides, so that the same picture comes out wherever it is drawn.
/// </summary>
/// <param name="vae">The autoencoder.</param>
/// <param name="say">Told where tiles are needed, a line.</param>
/// <param name="most">Bytes of working memory, see <see cref="AutoencoderKL.DecodeBytes(long, long)"/>.</param>
internal sealed class PictureDecoder(AutoencoderKL vae, Action<string>? say, long most = PictureDecoder.Most)
{
    /// <summary>SDXL's autoencoder takes 2.25 GiB for 1024×1024 pixels, the size that it draws best, and this for a picture of 1360×1360.</summary>
    public const long Most = 4L << 30;

    private const double GiB = 1 << 30;

    /// <summary>Working memory of <see cref="Decode"/>.</summary>
    /// <param name="count">Pictures.</param>
    /// <param name="height">Height of their latents.</param>
    /// <param name="width">Width of their latents.</param>
    public long Bytes(long count, long height, long width)
    {
        var one = vae.DecodeBytes(height, width);
        return count * one <= most ? count * one : one <= most ? one : vae.DecodeBytes(TileGrid.Default.Size, TileGrid.Default.Size);
    }

    /// <param name="latents">Unscaled latents [B, 4, h, w].</param>
    /// <returns>[B, 3, f·h, f·w].</returns>
    public Tensor Decode(Tensor latents)
    {
        var (count, one) = (latents.shape[0], vae.DecodeBytes(latents.shape[2], latents.shape[3]));
        if (count * one <= most)
            return vae.Decode(latents);
        if (one > most)
            say?.Invoke(FormattableString.Invariant($"The autoencoder decodes in tiles: a picture of this size takes {one / GiB:F1} GiB as a whole, more than {most / GiB:F1}. Colours can differ a little from tile to tile."));
        using var scope = NewDisposeScope();
        return cat([.. latents.split(1).Select(picture => one <= most ? vae.Decode(picture) : vae.DecodeTiled(picture, TileGrid.Default))]).MoveToOuterDisposeScope();
    }
}
