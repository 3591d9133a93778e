using static TorchSharp.torch;

namespace Slipway.Training.LoraFiles;

/// <summary>A matrix as <c>Left · diag(Values) · Right</c>, with orthonormal columns on the left and rows on the right.</summary>
/// <param name="Left">[out, n].</param>
/// <param name="Values">[n], the largest first.</param>
/// <param name="Right">[n, in].</param>
internal sealed record SingularValues(Tensor Left, Tensor Values, Tensor Right)
{
    /// <summary>
    /// The largest of a dense matrix [out, in], by the eigenvectors of its Gram matrix in float64: many times faster than a
    /// decomposition of the matrix itself where that is large. Values below 1e-8 of the largest are lost in rounding.
    /// </summary>
    public static SingularValues OfDense(Tensor matrix)
    {
        using var scope = NewDisposeScope();
        var wide = matrix.shape[0] <= matrix.shape[1];
        var (tall, flat) = wide ? (matrix, matrix.t()) : (matrix.t(), matrix);
        var (squares, vectors) = linalg.eigh(tall.mm(flat));
        var (values, basis) = (squares.flip(0).clamp_min(0).sqrt(), vectors.flip(1));
        var others = flat.mm(basis) / values.clamp_min(double.Epsilon);
        var (left, right) = wide ? (basis, others.t()) : (others, basis.t());
        return new SingularValues(left.contiguous().MoveToOuterDisposeScope(), values.MoveToOuterDisposeScope(), right.contiguous().MoveToOuterDisposeScope());
    }

    /// <summary>The nearest change of that rank (Eckart and Young 1936); singular values go into up.</summary>
    public LayerChange Truncated(string name, long[] shape, int rank) =>
        new(name, shape, Left.narrow(1, 0, rank) * Values.narrow(0, 0, rank), Right.narrow(0, 0, rank));
}
