using System.Globalization;
using Slipway.Engine.Options;

namespace Slipway.Training.Options;

/// <summary>What a LoRA file says of itself in Stability's ModelSpec 1.0.1 (<c>modelspec.*</c>), under sd-scripts' names. Nothing of it is written that is not given, so that equal trainings give equal bytes.</summary>
public sealed record ModelSpecOptions
{
    /// <summary>Its options.</summary>
    public static OptionTable<ModelSpecOptions> Declared { get; } = new(option =>
    [
        option.Text("metadata_title", o => o.MetadataTitle, (o, v) => o with { MetadataTitle = v }) with { Says = "Title of the LoRA, as web UIs show it.", SdScripts = "", Otherwise = "the file's name" },
        option.Text("metadata_author", o => o.MetadataAuthor, (o, v) => o with { MetadataAuthor = v }) with { Says = "Who made it.", SdScripts = "" },
        option.Text("metadata_description", o => o.MetadataDescription, (o, v) => o with { MetadataDescription = v }) with { Says = "What it is, in your own words.", SdScripts = "" },
        option.Text("metadata_license", o => o.MetadataLicense, (o, v) => o with { MetadataLicense = v }) with { Says = "Its licence, such as `openrail++`; `Publish` writes it into the model card too.", SdScripts = "" },
        option.Text("metadata_tags", o => o.MetadataTags, (o, v) => o with { MetadataTags = v }) with { Says = "Tags to find it by, with commas between.", SdScripts = "" },
        option.Text("metadata_usage_hint", o => o.MetadataUsageHint, (o, v) => o with { MetadataUsageHint = v }) with { Says = "How it is used, in a few words.", SdScripts = "" },
        option.Text("metadata_trigger_phrase", o => o.MetadataTriggerPhrase, (o, v) => o with { MetadataTriggerPhrase = v }) with { Says = "The words that call what it has learned.", SdScripts = "" },
        option.Path("metadata_thumbnail", o => o.MetadataThumbnail, (o, v) => o with { MetadataThumbnail = v }) with { Says = "A picture to show it by; it is made small and put into the file.", SdScripts = "" },
        option.Of<string?>("metadata_date", new Text { Rule = ("a date such as 2026-11-29", IsDate) }!, o => o.MetadataDate, (o, v) => o with { MetadataDate = v }) with { Says = "When it was made; without it the file says no date, and equal trainings give equal bytes." },
    ]);

    /// <summary>Title; null: the file's name.</summary>
    public string? MetadataTitle { get; init; }

    /// <summary>Who made it.</summary>
    public string? MetadataAuthor { get; init; }

    /// <summary>What it is.</summary>
    public string? MetadataDescription { get; init; }

    /// <summary>Its licence.</summary>
    public string? MetadataLicense { get; init; }

    /// <summary>Tags, with commas between.</summary>
    public string? MetadataTags { get; init; }

    /// <summary>How it is used.</summary>
    public string? MetadataUsageHint { get; init; }

    /// <summary>The words that call what it has learned.</summary>
    public string? MetadataTriggerPhrase { get; init; }

    /// <summary>Path of a picture to show it by.</summary>
    public string? MetadataThumbnail { get; init; }

    /// <summary>When it was made, <c>yyyy-MM-dd</c>.</summary>
    public string? MetadataDate { get; init; }

    /// <summary>What is given, by the names of ModelSpec.</summary>
    internal IEnumerable<(string Key, string Value)> Given =>
        from entry in new[]
        {
            ("title", MetadataTitle), ("author", MetadataAuthor), ("description", MetadataDescription), ("license", MetadataLicense), ("tags", MetadataTags),
            ("usage_hint", MetadataUsageHint), ("trigger_phrase", MetadataTriggerPhrase), ("date", MetadataDate),
        }
        where entry.Item2 is not null
        select (entry.Item1, entry.Item2);

    private static bool IsDate(string text) => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);
}
