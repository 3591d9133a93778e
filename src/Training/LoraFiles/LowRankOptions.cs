namespace Slipway.Training.LoraFiles;

/// <summary>How a change of weights becomes a LoRA.</summary>
public sealed record LowRankOptions
{
    /// <summary>Rank beside linear layers and 1×1 convolutions.</summary>
    public required int Dim { get; init; }

    /// <summary>Rank beside 3×3 convolutions; null: <see cref="Dim"/>.</summary>
    public int? ConvDim { get; init; }

    /// <summary>
    /// The share of a layer's values that stay as they are; larger ones are cut to the largest of those. sd-scripts' 0.99
    /// keeps files in half precision free of outliers and costs some per cent of each change; null cuts nothing.
    /// </summary>
    public double? ClampQuantile { get; init; } = 0.99;
}
