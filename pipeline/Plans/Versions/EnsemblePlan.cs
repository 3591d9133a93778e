using Slipway.Engine.Options;
using Slipway.Pipeline.Plans.Yaml;

namespace Slipway.Pipeline.Plans.Versions;

/// <summary>A LoRA that is not trained but made of versions: the weighted sum of what each changes, brought to a rank.</summary>
/// <param name="Name">Its name, beside those of the versions.</param>
/// <param name="Of">Names of the versions.</param>
/// <param name="Ratios">What each counts.</param>
/// <param name="Rank">Rank of the sum.</param>
/// <param name="ConvRank">Rank beside 3×3 convolutions.</param>
public sealed record EnsemblePlan(string Name, IReadOnlyList<string> Of, IReadOnlyList<double> Ratios, int Rank, int ConvRank)
{
    private const int LargestRank = 4096;

    /// <param name="name">Its key in the plan.</param>
    /// <param name="reader">Its settings.</param>
    /// <param name="versions">Names of all versions.</param>
    internal static EnsemblePlan Read(string name, MappingReader reader, IReadOnlyList<string> versions)
    {
        var of = reader.Texts("of");
        var rank = reader.Whole("rank", 16, 1, LargestRank);
        var plan = new EnsemblePlan(
            name,
            of,
            reader.IsUnset("ratios") ? [.. of.Select(_ => 1.0 / of.Count)] : reader.Numbers("ratios", -10, 10),
            rank,
            reader.Whole("conv_rank", rank, 1, LargestRank));
        foreach (var unknown in of.Where(member => !versions.Contains(member)))
            reader.Problem("of", $"names no version: `{unknown}`; {NearestName.Hint(unknown, versions)}");
        if (of.Count < 2 || of.Distinct(StringComparer.Ordinal).Count() < of.Count)
            reader.Problem("of", "must be a list of two or more different versions.");
        if (plan.Ratios.Count != of.Count)
            reader.Problem("ratios", $"must have a number for each of the {of.Count} versions, but has {plan.Ratios.Count}.");
        reader.Finish();
        return plan;
    }
}
