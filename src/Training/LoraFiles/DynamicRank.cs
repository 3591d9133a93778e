namespace Slipway.Training.LoraFiles;

/// <summary>A rank for each layer by its own singular values, as sd-scripts' <c>resize_lora</c> chooses it.</summary>
/// <param name="Method">One of <see cref="Methods"/>.</param>
/// <param name="Parameter">What the method is asked to keep.</param>
public sealed record DynamicRank(string Method, double Parameter)
{
    private const string Ratio = "sv_ratio";
    private const string Frobenius = "sv_fro";
    private const string Cumulative = "sv_cumulative";

    /// <summary>
    /// <c>sv_ratio</c>: values above the largest divided by the parameter (above 1); <c>sv_fro</c>: as many as keep that
    /// share (below 1) of the Frobenius norm; <c>sv_cumulative</c>: as many as make up that share of the values' sum.
    /// </summary>
    public static IReadOnlyList<string> Methods { get; } = [Ratio, Frobenius, Cumulative];

    /// <summary>What is wrong with the method or its parameter; null where nothing is.</summary>
    public string? Problem => Method switch
    {
        Ratio => Parameter > 1 && double.IsFinite(Parameter) ? null : $"{Ratio} needs a parameter above 1: values above the largest divided by it are kept.",
        Frobenius or Cumulative => Parameter is > 0 and < 1 ? null : $"{Method} needs a parameter between 0 and 1: the share to keep.",
        _ => $"`{Method}` is none of {string.Join(", ", Methods)}.",
    };

    /// <summary>The rank for a layer; at least 1, and one less than there are values where all would be kept.</summary>
    /// <param name="values">Singular values, the largest first.</param>
    public int RankFor(IReadOnlyList<double> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return Math.Clamp(Wanted(values), 1, Math.Max(1, values.Count - 1));
    }

    private int Wanted(IReadOnlyList<double> values) => Method switch
    {
        Ratio => values.Count(value => value > values[0] / Parameter),
        Frobenius => CountUntil(values.Select(value => value * value), Parameter * Parameter),
        _ => CountUntil(values, Parameter),
    };

    // As many as it takes for their sum to reach the share of all, and one more, as in sd-scripts.
    private static int CountUntil(IEnumerable<double> parts, double share)
    {
        var all = parts.ToList();
        var (wanted, sum, count) = (all.Sum() * share, 0.0, 0);
        while (count < all.Count && sum + all[count] < wanted)
            sum += all[count++];
        return count + 1;
    }
}
