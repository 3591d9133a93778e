using static TorchSharp.torch;

namespace Slipway.Training.Losses;

/// <summary>
/// The mean of errors over a weighted part of each sample, normalised by the part's area: Σ w·e / (C·Σ w). A small subject gets
/// gradients as large as one that fills the picture.
/// </summary>
public static class MaskedMean
{
    /// <param name="errors">[B, C, h, w].</param>
    /// <param name="weights">[B, 1, h, w], 0 or more. A sample without any weight has no error.</param>
    /// <returns>[B].</returns>
    public static Tensor Of(Tensor errors, Tensor weights)
    {
        ArgumentNullException.ThrowIfNull(errors);
        ArgumentNullException.ThrowIfNull(weights);
        using var scope = NewDisposeScope();
        var area = weights.sum([1, 2, 3]);
        var sum = (errors * weights).sum([1, 2, 3]) / errors.shape[1];
        return (sum / where(area > 0, area, ones_like(area))).MoveToOuterDisposeScope();
    }
}
