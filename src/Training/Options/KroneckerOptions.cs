using Slipway.Engine.Options;

namespace Slipway.Training.Options;

/// <summary>How LoKr cuts a weight, under LyCORIS' names.</summary>
public sealed record KroneckerOptions
{
    /// <summary>Its options.</summary>
    public static OptionTable<KroneckerOptions> Declared { get; } = new(
        option =>
        [
            option.Whole("factor", o => o.Factor, (o, v) => o with { Factor = v }, -1, LoraOptions.LargestRank) with
            {
                Says = "One side of LoKr's first matrix where it divides the layer's sides, else their bound; -1: as near to the root as can be.",
                Counterpart = Counterpart.LycorisArgument,
            },
            option.Switch("decompose_both", o => o.DecomposeBoth, (o, v) => o with { DecomposeBoth = v }) with
            {
                Says = "Decomposes LoKr's first matrix too, where its sides are more than twice the rank.",
                Counterpart = Counterpart.LycorisArgument,
            },
            option.Switch("full_matrix", o => o.FullMatrix, (o, v) => o with { FullMatrix = v }) with
            {
                Says = "Decomposes neither of LoKr's matrices: the rank then has no influence, and no alpha applies.",
                Counterpart = Counterpart.LycorisArgument,
            },
        ],
        options => options.Factor == 0 ? [new OptionProblem("factor", "must be -1 (no limit) or a whole number of 1 or more, but is `0`.")] : []);

    /// <summary>One side of the first matrix where it divides the layer's sides, else their bound; −1: as near to the root as can be.</summary>
    public int Factor { get; init; } = -1;

    /// <summary>Decomposes the first matrix too, where its sides are more than twice the rank.</summary>
    public bool DecomposeBoth { get; init; }

    /// <summary>Decomposes neither matrix: the rank then has no influence, and no alpha applies.</summary>
    public bool FullMatrix { get; init; }
}
