using static TorchSharp.torch;

namespace Slipway.Training.Optimizers;

/// <summary>
/// A running mean of a parameter's squared gradients, kept as the means of the rows and columns of its last two dimensions
/// (Shazeer and Stern 2018, section 3); of a vector, as it is.
/// </summary>
/// <param name="Rows">[…, rows], or the whole mean of a vector.</param>
/// <param name="Columns">[…, columns]; null for a vector.</param>
internal sealed record FactoredMoment(Tensor Rows, Tensor? Columns)
{
    /// <summary>How many numbers are kept for a parameter of this shape.</summary>
    public static long Size(long[] shape) => shape.Length < 2 ? Product(shape) : Product(shape[..^1]) + Product([.. shape[..^2], shape[^1]]);

    /// <summary>Views of a buffer [N], from <paramref name="at"/> on.</summary>
    public static FactoredMoment In(Tensor buffer, long at, long[] shape)
    {
        if (shape.Length < 2)
            return new FactoredMoment(buffer.narrow(0, at, Product(shape)), null);
        var (rows, columns) = (shape[..^1], (long[])[.. shape[..^2], shape[^1]]);
        return new FactoredMoment(buffer.narrow(0, at, Product(rows)).view(rows), buffer.narrow(0, at + Product(rows), Product(columns)).view(columns));
    }

    /// <summary>Takes a step's squared gradients, of the parameter's shape, into the mean.</summary>
    public void Add(Tensor squares, double memory)
    {
        Rows.mul_(memory).add_(Columns is null ? squares : squares.mean([-1]), 1 - memory);
        Columns?.mul_(memory).add_(squares.mean([-2]), 1 - memory);
    }

    /// <summary>1/√ of the mean, of the parameter's shape: rows × columns / mean of the rows.</summary>
    public Tensor InverseRoot()
    {
        if (Columns is null)
            return Rows.rsqrt();
        return (Rows / Rows.mean([-1], keepdim: true)).rsqrt_().unsqueeze(-1) * Columns.unsqueeze(-2).rsqrt();
    }

    private static long Product(long[] sizes) => sizes.Aggregate(1L, (a, b) => a * b);
}
