using Slipway.Engine.Options;
using Slipway.Pipeline.Plans.Yaml;

namespace Slipway.Pipeline.Plans.Sections;

/// <summary>The page about all versions.</summary>
public sealed record ReportPlan
{
    /// <summary>Its options.</summary>
    public static OptionTable<ReportPlan> Declared { get; } = new(option =>
    [
        option.Word("language", o => o.Language, (o, v) => o with { Language = v }) with { Says = "The language of `artifacts/report/index.html`: English or Japanese." },
    ]);

    /// <summary>What its words are.</summary>
    public ReportLanguage Language { get; init; } = ReportLanguage.En;

    internal static ReportPlan Read(MappingReader top)
    {
        if (top.IsUnset("report"))
            return new ReportPlan();
        var reader = top.Section("report");
        var plan = reader.Read(Declared, new ReportPlan());
        reader.Finish();
        return plan;
    }
}

/// <summary>A language of the page.</summary>
public enum ReportLanguage
{
    /// <summary>English.</summary>
    En,

    /// <summary>Japanese.</summary>
    Ja,
}
