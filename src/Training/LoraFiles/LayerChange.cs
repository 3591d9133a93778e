using static TorchSharp.torch;

namespace Slipway.Training.LoraFiles;

/// <summary>
/// What a LoRA, or a sum of LoRAs, adds to one layer's weight, as a product of two thin matrices in float64: the weight
/// itself is never made, so that a layer of SDXL takes megabytes and its singular values milliseconds.
/// </summary>
/// <param name="Name">The layer, as the file calls it: <c>lora_unet_…</c>.</param>
/// <param name="Shape">Of the weight: [out, in] or [out, in, k, k].</param>
/// <param name="Up">[out, rank].</param>
/// <param name="Down">[rank, in · k · k].</param>
internal sealed record LayerChange(string Name, long[] Shape, Tensor Up, Tensor Down)
{
    /// <summary>Whether the layer is a convolution with a kernel above 1×1.</summary>
    public bool IsSpatial => Shape is [_, _, not 1, _] or [_, _, _, not 1];

    public int Rank => (int)Up.shape[1];

    /// <summary>A change of any rank as a product with an identity on the shorter side.</summary>
    /// <param name="name">The layer.</param>
    /// <param name="change">In the weight's shape, float64.</param>
    public static LayerChange OfDense(string name, Tensor change)
    {
        var (outputs, inputs) = (change.shape[0], change.numel() / change.shape[0]);
        return inputs < outputs
            ? new LayerChange(name, change.shape, change.flatten(1), eye(inputs, dtype: ScalarType.Float64))
            : new LayerChange(name, change.shape, eye(outputs, dtype: ScalarType.Float64), change.flatten(1));
    }

    /// <summary>Moves both matrices to the scope around the current one.</summary>
    public LayerChange MoveToOuterDisposeScope() => this with { Up = Up.MoveToOuterDisposeScope(), Down = Down.MoveToOuterDisposeScope() };

    /// <summary>The sum of changes of one layer, exactly: beside each other, so that ranks add up.</summary>
    public static LayerChange Sum(IReadOnlyList<LayerChange> parts) => parts is [var only]
        ? only
        : parts[0] with { Up = cat([.. parts.Select(part => part.Up)], 1), Down = cat([.. parts.Select(part => part.Down)], 0) };

    /// <summary>The difference of this change and another one.</summary>
    public LayerChange Less(LayerChange other) => Sum([this, other with { Up = -other.Up }]);

    /// <summary>The weight's change itself, in its shape.</summary>
    public Tensor Dense() => Up.mm(Down).reshape(Shape);

    /// <summary>This less another one of the same rank that differs by rounding alone: in products of small numbers, which keep their digits.</summary>
    public LayerChange LessRounded(LayerChange other) => Sum([this with { Up = Up - other.Up }, other with { Down = Down - other.Down }]);

    /// <summary>
    /// Frobenius norm of the weight's change: ‖UD‖² = tr(UᵀU·DDᵀ). Of a difference that cancels, 1e-8 of its parts is as small as
    /// it gets.
    /// </summary>
    public double Norm()
    {
        using var scope = NewDisposeScope();
        return Math.Sqrt(Math.Max(0, (Up.t().mm(Up) * Down.mm(Down.t())).sum().item<double>()));
    }

    /// <summary>
    /// Singular value decomposition, the largest values first, by way of the small matrix between the orthogonal parts of
    /// <see cref="Up"/> and <see cref="Down"/>.
    /// </summary>
    public SingularValues Decompose()
    {
        using var scope = NewDisposeScope();
        var (left, up) = linalg.qr(Up);
        var (right, down) = linalg.qr(Down.t());
        var (inner, values, outer) = linalg.svd(up.mm(down.t()), fullMatrices: false);
        return new SingularValues(
            left.mm(inner).MoveToOuterDisposeScope(), values.MoveToOuterDisposeScope(), outer.mm(right.t()).MoveToOuterDisposeScope());
    }
}
