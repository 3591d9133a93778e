using static TorchSharp.torch;

namespace Slipway.Diffusion.Vae;

/// <summary>
/// Overlapping square tiles over a feature map, for what is too large to be computed at once. Neighbours are blended: in the
/// overlap one's weight falls linearly as the other's rises.
/// </summary>
/// <param name="Size">Side of a tile, in the input's pixels.</param>
/// <param name="Overlap">What neighbours share, below <paramref name="Size"/>; at the far edges it is more.</param>
public sealed record TileGrid(int Size, int Overlap)
{
    /// <summary>SDXL's own training size is decoded from 64×64 latents, 512 pixels, a quarter of them shared.</summary>
    public static TileGrid Default { get; } = new(64, 16);

    /// <param name="input">[B, C, h, w].</param>
    /// <param name="scale">Output pixels of a side for one of the input's.</param>
    /// <param name="compute">[B, C, t, u] → [B, D, scale·t, scale·u].</param>
    /// <returns>[B, D, scale·h, scale·w].</returns>
    /// <exception cref="InvalidOperationException">Tiles that do not overlap sensibly.</exception>
    public Tensor Apply(Tensor input, int scale, Func<Tensor, Tensor> compute)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(compute);
        if (Overlap < 0 || Overlap >= Size)
            throw new InvalidOperationException($"Tiles of {Size} cannot share {Overlap} with their neighbours; expected 0 to {Size - 1}.");
        var (height, width) = (input.shape[2], input.shape[3]);
        if (height <= Size && width <= Size)
            return compute(input);
        using var scope = NewDisposeScope();
        Tensor? sum = null;
        var weights = zeros([1, 1, height * scale, width * scale], device: input.device);
        foreach (var (top, left) in Starts(height).SelectMany(top => Starts(width), (top, left) => (top, left)))
        {
            using var inner = NewDisposeScope();
            var (rows, columns) = (Math.Min(Size, height), Math.Min(Size, width));
            var tile = compute(input.narrow(2, top, rows).narrow(3, left, columns));
            var weight = Ramp(rows, scale, input.device).view(-1, 1) * Ramp(columns, scale, input.device);
            sum ??= zeros([tile.shape[0], tile.shape[1], height * scale, width * scale], tile.dtype, tile.device).MoveToOuterDisposeScope();
            Place(sum, top, left, rows, columns, scale).add_(tile * weight.to(tile.dtype));
            Place(weights, top, left, rows, columns, scale).add_(weight);
        }

        return (sum! / weights.to(sum!.dtype)).MoveToOuterDisposeScope();
    }

    /// <summary>First pixels of the tiles along a side; the last tile is moved back to end with it.</summary>
    private IEnumerable<long> Starts(long length)
    {
        for (long start = 0; ; start += Size - Overlap)
        {
            if (start + Size >= length)
            {
                yield return Math.Max(0, length - Size);
                yield break;
            }

            yield return start;
        }
    }

    private static Tensor Place(Tensor whole, long top, long left, long rows, long columns, int scale) =>
        whole.narrow(2, top * scale, rows * scale).narrow(3, left * scale, columns * scale);

    /// <summary>Rises from the tile's edge over the overlap, and falls to the other edge; nowhere 0.</summary>
    private Tensor Ramp(long length, int scale, Device device)
    {
        var distance = arange(length * scale, dtype: ScalarType.Float32, device: device) + 0.5;
        var toEdge = minimum(distance, (length * scale) - distance);
        return Overlap == 0 ? ones_like(toEdge) : (toEdge / (Overlap * scale)).clamp_max(1);
    }
}
