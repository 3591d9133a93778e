using Slipway.Engine.Options;

namespace Slipway.Training.Options;

/// <summary>How captions vary from step to step; the names are sd-scripts' options.</summary>
public sealed record CaptionOptions
{
    /// <summary>Its options.</summary>
    public static OptionTable<CaptionOptions> Declared { get; } = new(option =>
    [
        option.Switch("shuffle_caption", o => o.ShuffleCaption, (o, v) => o with { ShuffleCaption = v }) with
        {
            Says = "Shuffles a caption's tags at each use.",
            SdScripts = "false",
            Metadata = new("ss_shuffle_caption"),
        },
        option.Whole("keep_tokens", o => o.KeepTokens, (o, v) => o with { KeepTokens = v }, 0) with
        {
            Says = "The first so many tags are neither shuffled nor dropped.",
            SdScripts = "0",
            Metadata = new("ss_keep_tokens"),
        },
        option.Number("caption_dropout_rate", o => o.CaptionDropoutRate, (o, v) => o with { CaptionDropoutRate = v }, 0, 1) with
        {
            Says = "Chance that a caption is left out altogether.",
            SdScripts = "0.0",
            Metadata = new("ss_caption_dropout_rate"),
        },
        option.Number("caption_tag_dropout_rate", o => o.CaptionTagDropoutRate, (o, v) => o with { CaptionTagDropoutRate = v }, 0, 1) with
        {
            Says = "Chance of each tag behind the kept ones to be left out.",
            SdScripts = "0.0",
            Metadata = new("ss_caption_tag_dropout_rate"),
        },
        option.TextOrEmpty("caption_prefix", o => o.CaptionPrefix, (o, v) => o with { CaptionPrefix = v }) with
        {
            Says = "Set before each caption, with a space between.",
            SdScripts = "",
        },
        option.TextOrEmpty("caption_suffix", o => o.CaptionSuffix, (o, v) => o with { CaptionSuffix = v }) with
        {
            Says = "Set behind each caption, with a space between.",
            SdScripts = "",
        },
        option.TextOrNone("keep_tokens_separator", o => o.KeepTokensSeparator, (o, v) => o with { KeepTokensSeparator = v }) with
        {
            Says = "Tags before it are kept instead of the first so many, and so are those behind a second one.",
            SdScripts = "",
        },
        option.TextOrNone("secondary_separator", o => o.SecondarySeparator, (o, v) => o with { SecondarySeparator = v }) with
        {
            Says = "Joins tags that are shuffled and dropped as one; becomes a comma at last.",
            SdScripts = "",
        },
        option.Switch("enable_wildcard", o => o.EnableWildcard, (o, v) => o with { EnableWildcard = v }) with
        {
            Says = "Takes one of `{red|blue}`, and one of several lines.",
            SdScripts = "false",
        },
        option.Whole("caption_dropout_every_n_epochs", o => o.CaptionDropoutEveryNEpochs, (o, v) => o with { CaptionDropoutEveryNEpochs = v }, 0) with
        {
            Says = "Leaves all captions out in every so many-th epoch; 0: in none.",
            SdScripts = "0",
            Metadata = new("ss_caption_dropout_every_n_epochs"),
        },
        option.Number("token_warmup_step", o => o.TokenWarmupStep, (o, v) => o with { TokenWarmupStep = v }, 0) with
        {
            Says = "Optimizer steps, or share of all when below 1, over which the tags behind the kept ones come in.",
            SdScripts = "0",
        },
        option.Whole("token_warmup_min", o => o.TokenWarmupMin, (o, v) => o with { TokenWarmupMin = v }, 0) with
        {
            Says = "With how many tags behind the kept ones that begins.",
            SdScripts = "1",
        },
    ]);

    /// <summary>Tags are shuffled at each use.</summary>
    public bool ShuffleCaption { get; init; }

    /// <summary>The first so many tags are neither shuffled nor dropped: the trigger word's place.</summary>
    public int KeepTokens { get; init; }

    /// <summary>Where it stands in a caption, tags before it are kept instead of the first so many, and so are those behind a second one; empty: none.</summary>
    public string KeepTokensSeparator { get; init; } = "";

    /// <summary>Becomes a comma at last: tags joined by it are shuffled and dropped as one; empty: none.</summary>
    public string SecondarySeparator { get; init; } = "";

    /// <summary>Of <c>{red|blue}</c> one is taken, and of several lines one; <c>{{</c> is a brace.</summary>
    public bool EnableWildcard { get; init; }

    /// <summary>The chance that a caption is left out altogether.</summary>
    public double CaptionDropoutRate { get; init; }

    /// <summary>The chance of each tag behind the kept ones to be left out.</summary>
    public double CaptionTagDropoutRate { get; init; }

    /// <summary>In every so many-th epoch all captions are left out; 0: in none.</summary>
    public int CaptionDropoutEveryNEpochs { get; init; }

    /// <summary>Over so many optimizer steps, or this share of all when below 1, the tags behind the kept ones come in one after another; 0: all are there at once.</summary>
    public double TokenWarmupStep { get; init; }

    /// <summary>With how many tags behind the kept ones the warm-up begins.</summary>
    public int TokenWarmupMin { get; init; } = 1;

    /// <summary>Set before the caption, with a space between.</summary>
    public string CaptionPrefix { get; init; } = "";

    /// <summary>Set behind the caption, with a space between.</summary>
    public string CaptionSuffix { get; init; } = "";

    /// <summary>Tags change places or are left out.</summary>
    internal bool VariesTags => ShuffleCaption || CaptionTagDropoutRate > 0 || TokenWarmupStep > 0;

    /// <summary>An image always has the same caption, or none.</summary>
    internal bool IsFixed => !VariesTags && !EnableWildcard;

    internal bool CanBeDropped => CaptionDropoutRate > 0 || CaptionDropoutEveryNEpochs > 0;
}
