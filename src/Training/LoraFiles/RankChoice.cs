namespace Slipway.Training.LoraFiles;

/// <summary>To which rank a layer's change is brought.</summary>
public sealed record RankChoice
{
    /// <summary>Rank beside linear layers and 1×1 convolutions; with <see cref="Dynamic"/> the most that there may be.</summary>
    public required int Dim { get; init; }

    /// <summary>The same beside 3×3 convolutions; null: <see cref="Dim"/>.</summary>
    public int? ConvDim { get; init; }

    /// <summary>Chooses a smaller rank, layer by layer; null: every layer has the rank that is given.</summary>
    public DynamicRank? Dynamic { get; init; }

    /// <summary>
    /// The share of a layer's values that stay as they are; larger ones are cut to the largest of those, as sd-scripts does
    /// with 0.99, which costs some per cent of each change; null cuts nothing.
    /// </summary>
    public double? ClampQuantile { get; init; }

    /// <summary>The rank for a layer with these singular values.</summary>
    internal int RankFor(bool isSpatial, IReadOnlyList<double> values)
    {
        var most = Math.Min(isSpatial ? ConvDim ?? Dim : Dim, values.Count);
        return Dynamic is null ? most : Math.Min(most, Dynamic.RankFor(values));
    }
}
