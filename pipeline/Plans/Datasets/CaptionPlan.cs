using Slipway.Pipeline.Plans.Yaml;
using Slipway.Training.Options;

namespace Slipway.Pipeline.Plans.Datasets;

/// <summary>The caption options that a dataset sets for itself, under sd-scripts' names; null: as the version says.</summary>
public sealed record CaptionPlan
{
    /// <summary><c>shuffle_caption</c>.</summary>
    public bool? ShuffleCaption { get; init; }

    /// <summary><c>keep_tokens</c>.</summary>
    public int? KeepTokens { get; init; }

    /// <summary><c>keep_tokens_separator</c>.</summary>
    public string? KeepTokensSeparator { get; init; }

    /// <summary><c>secondary_separator</c>.</summary>
    public string? SecondarySeparator { get; init; }

    /// <summary><c>enable_wildcard</c>.</summary>
    public bool? EnableWildcard { get; init; }

    /// <summary><c>caption_dropout_rate</c>.</summary>
    public double? CaptionDropoutRate { get; init; }

    /// <summary><c>caption_dropout_every_n_epochs</c>.</summary>
    public int? CaptionDropoutEveryNEpochs { get; init; }

    /// <summary><c>caption_tag_dropout_rate</c>.</summary>
    public double? CaptionTagDropoutRate { get; init; }

    /// <summary><c>caption_prefix</c>.</summary>
    public string? CaptionPrefix { get; init; }

    /// <summary><c>caption_suffix</c>.</summary>
    public string? CaptionSuffix { get; init; }

    /// <summary><c>token_warmup_step</c>.</summary>
    public double? TokenWarmupStep { get; init; }

    /// <summary><c>token_warmup_min</c>.</summary>
    public int? TokenWarmupMin { get; init; }

    /// <summary>The version's options with what is set here laid over them.</summary>
    public CaptionOptions Over(CaptionOptions version) => new()
    {
        ShuffleCaption = ShuffleCaption ?? version.ShuffleCaption,
        KeepTokens = KeepTokens ?? version.KeepTokens,
        KeepTokensSeparator = KeepTokensSeparator ?? version.KeepTokensSeparator,
        SecondarySeparator = SecondarySeparator ?? version.SecondarySeparator,
        EnableWildcard = EnableWildcard ?? version.EnableWildcard,
        CaptionDropoutRate = CaptionDropoutRate ?? version.CaptionDropoutRate,
        CaptionDropoutEveryNEpochs = CaptionDropoutEveryNEpochs ?? version.CaptionDropoutEveryNEpochs,
        CaptionTagDropoutRate = CaptionTagDropoutRate ?? version.CaptionTagDropoutRate,
        CaptionPrefix = CaptionPrefix ?? version.CaptionPrefix,
        CaptionSuffix = CaptionSuffix ?? version.CaptionSuffix,
        TokenWarmupStep = TokenWarmupStep ?? version.TokenWarmupStep,
        TokenWarmupMin = TokenWarmupMin ?? version.TokenWarmupMin,
    };

    internal static CaptionPlan Read(MappingReader reader) => new()
    {
        ShuffleCaption = reader.OptionalSwitch("shuffle_caption"),
        KeepTokens = reader.OptionalWhole("keep_tokens", 0),
        KeepTokensSeparator = reader.OptionalText("keep_tokens_separator"),
        SecondarySeparator = reader.OptionalText("secondary_separator"),
        EnableWildcard = reader.OptionalSwitch("enable_wildcard"),
        CaptionDropoutRate = reader.OptionalNumber("caption_dropout_rate", 0, 1),
        CaptionDropoutEveryNEpochs = reader.OptionalWhole("caption_dropout_every_n_epochs", 0),
        CaptionTagDropoutRate = reader.OptionalNumber("caption_tag_dropout_rate", 0, 1),
        CaptionPrefix = reader.IsUnset("caption_prefix") ? null : reader.TextOrEmpty("caption_prefix"),
        CaptionSuffix = reader.IsUnset("caption_suffix") ? null : reader.TextOrEmpty("caption_suffix"),
        TokenWarmupStep = reader.OptionalNumber("token_warmup_step", 0),
        TokenWarmupMin = reader.OptionalWhole("token_warmup_min", 0),
    };
}
