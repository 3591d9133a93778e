using TorchSharp;
using static TorchSharp.torch;

namespace Slipway.Training.LoraFiles;

/// <summary>A change of weights as a product of two thin matrices, by its largest singular values.</summary>
internal static class LowRankApproximation
{
    /// <summary>Up [out, rank], with the singular values in it, and down [rank, in] of a matrix, float32.</summary>
    public static (Tensor Up, Tensor Down) Decompose(Tensor matrix, int rank, double? quantile)
    {
        var (left, values, right) = Singular(matrix);
        var (up, down) = (left.narrow(1, 0, rank) * values.narrow(0, 0, rank), right.narrow(0, 0, rank));
        return quantile is { } share ? Clamped(up, down, share) : (up, down);
    }

    /// <summary>
    /// The same of a change in the weight's shape, float32, with the cut: it depends on the signs of the vectors, which are those
    /// that LAPACK gives the reference of the matrix itself.
    /// </summary>
    public static LayerChange Clamped(string name, Tensor change, int rank, double quantile)
    {
        var (up, down) = Decompose(change.flatten(1), rank, quantile);
        return new LayerChange(name, change.shape, up, down);
    }

    // Of a wide matrix by way of its triangular factor, which saves time and gives the vectors the signs that the reference's
    // LAPACK gives them: the cut below depends on them.
    private static (Tensor Left, Tensor Values, Tensor Right) Singular(Tensor matrix)
    {
        if (6 * matrix.shape[1] < 11 * matrix.shape[0])
            return linalg.svd(matrix, fullMatrices: false);
        var (orthogonal, triangular) = linalg.qr(matrix.t());
        var (left, values, right) = linalg.svd(triangular.t(), fullMatrices: false);
        return (left, values, right.mm(orthogonal.t()));
    }

    // As in sd-scripts the bound is a quantile of the signed values of both, and cuts below as far as above.
    private static (Tensor Up, Tensor Down) Clamped(Tensor up, Tensor down, double quantile)
    {
        var bound = torch.quantile(cat([up.flatten(), down.flatten()]).to(ScalarType.Float32), (float)quantile).item<float>();
        return (up.clamp(-bound, bound), down.clamp(-bound, bound));
    }
}
