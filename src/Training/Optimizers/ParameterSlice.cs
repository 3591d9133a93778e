using static TorchSharp.torch;

namespace Slipway.Training.Optimizers;

/// <summary>Where a parameter lies within <see cref="FlatParameters"/>.</summary>
/// <param name="Group">Index of its group.</param>
/// <param name="Offset">Where its first value lies in the buffer.</param>
/// <param name="Shape">The tensor's shape.</param>
public sealed record ParameterSlice(int Group, long Offset, long[] Shape)
{
    /// <summary>Number of values in the parameter.</summary>
    public long Length { get; } = Shape.Aggregate(1L, (a, b) => a * b);

    /// <summary>The parameter's part of a buffer [N], in the parameter's shape; a view.</summary>
    public Tensor View(Tensor buffer)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        return buffer.narrow(0, Offset, Length).view(Shape);
    }
}
