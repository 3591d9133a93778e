using static TorchSharp.torch;

namespace Slipway.Training.Optimizers;

/// <summary>Where a parameter lies within <see cref="FlatParameters"/>.</summary>
/// <param name="Group">Index of its group.</param>
/// <param name="Offset">Its first value.</param>
/// <param name="Shape">Its shape.</param>
public sealed record ParameterSlice(int Group, long Offset, long[] Shape)
{
    /// <summary>Number of values.</summary>
    public long Length { get; } = Shape.Aggregate(1L, (a, b) => a * b);

    /// <summary>Its part of a buffer [N], in its shape; a view.</summary>
    public Tensor Of(Tensor buffer)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        return buffer.narrow(0, Offset, Length).view(Shape);
    }
}
