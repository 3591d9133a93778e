namespace Slipway.Training.Options;

/// <summary>How LoKr cuts a weight, under LyCORIS' names.</summary>
public sealed record KroneckerOptions
{
    /// <summary>One side of the first matrix where it divides the layer's sides, else their bound; −1: as near to the root as can be.</summary>
    public int Factor { get; init; } = -1;

    /// <summary>Decomposes the first matrix too, where its sides are more than twice the rank.</summary>
    public bool DecomposeBoth { get; init; }

    /// <summary>Decomposes neither matrix: the rank then has no influence, and no alpha applies.</summary>
    public bool FullMatrix { get; init; }
}
