using Slipway.Engine.Options;
using Slipway.Pipeline.Plans.Yaml;
using Slipway.Training.Options;

namespace Slipway.Pipeline.Plans.Versions;

/// <summary>A LoRA that is not trained but made of versions: the weighted sum of what each changes, brought to a rank.</summary>
public sealed record EnsemblePlan
{
    private const int LargestRank = 4096;

    /// <summary>Its options.</summary>
    public static OptionTable<EnsemblePlan> Declared { get; } = new(option =>
    [
        option.Texts("of", o => o.Of, (o, v) => o with { Of = v }) with { Says = "Names of the versions that it is the sum of.", Otherwise = "must be given" },
        option.Of("ratios", new ListOf<double>(new Number(-10, 10), "a list of numbers from -10 to 10"), o => o.Ratios, (o, v) => o with { Ratios = v }) with { Says = "What each of them counts.", Otherwise = "equally much" },
        option.Whole("rank", o => o.Rank, (o, v) => o with { Rank = v }, 1, LargestRank) with { Says = "Rank of the sum." },
        option.Whole("conv_rank", o => o.ConvRank, (o, v) => o with { ConvRank = v }, 1, LargestRank) with { Says = "Rank beside 3×3 convolutions.", Otherwise = "`rank`" },
        .. option.Part(ModelSpecOptions.Declared, o => o.ModelSpec, (o, v) => o with { ModelSpec = v }),
    ]);

    /// <summary>Its name, beside those of the versions.</summary>
    public string Name { get; init; } = "";

    /// <summary>Names of the versions.</summary>
    public IReadOnlyList<string> Of { get; init; } = [];

    /// <summary>What each counts.</summary>
    public IReadOnlyList<double> Ratios { get; init; } = [];

    /// <summary>Rank of the sum.</summary>
    public int Rank { get; init; } = 16;

    /// <summary>Rank beside 3×3 convolutions.</summary>
    public int ConvRank { get; init; } = 16;

    /// <summary>What the file says of itself.</summary>
    public ModelSpecOptions ModelSpec { get; init; } = new();

    /// <param name="name">Its key in the plan.</param>
    /// <param name="reader">Its settings.</param>
    /// <param name="versions">Names of all versions.</param>
    internal static EnsemblePlan Read(string name, MappingReader reader, IReadOnlyList<string> versions)
    {
        var read = reader.Read(Declared, new EnsemblePlan { Name = name });
        var plan = read with
        {
            Ratios = reader.IsUnset("ratios") ? [.. read.Of.Select(_ => 1.0 / read.Of.Count)] : read.Ratios,
            ConvRank = reader.IsUnset("conv_rank") ? read.Rank : read.ConvRank,
        };
        foreach (var unknown in plan.Of.Where(member => !versions.Contains(member)))
            reader.Problem("of", $"names no version: `{unknown}`; {NearestName.Hint(unknown, versions)}");
        if (plan.Of.Count < 2 || plan.Of.Distinct(StringComparer.Ordinal).Count() < plan.Of.Count)
            reader.Problem("of", "must be a list of two or more different versions.");
        if (plan.Ratios.Count != plan.Of.Count)
            reader.Problem("ratios", $"must have a number for each of the {plan.Of.Count} versions, but has {plan.Ratios.Count}.");
        reader.Finish();
        return plan;
    }
}
