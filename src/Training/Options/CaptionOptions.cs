namespace Slipway.Training.Options;

/// <summary>How captions vary from step to step; the names are sd-scripts' options.</summary>
public sealed record CaptionOptions
{
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

    internal IEnumerable<string> Problems()
    {
        if (KeepTokens < 0) yield return $"keep_tokens: {KeepTokens}; use 0 or more.";
        foreach (var (name, rate) in new[] { ("caption_dropout_rate", CaptionDropoutRate), ("caption_tag_dropout_rate", CaptionTagDropoutRate) })
            if (rate is not (>= 0 and <= 1)) yield return $"{name}: {rate} is no chance; use 0 to 1.";
        if (CaptionDropoutEveryNEpochs < 0) yield return $"caption_dropout_every_n_epochs: {CaptionDropoutEveryNEpochs}; use 0 (never) or more.";
        if (!(TokenWarmupStep >= 0)) yield return $"token_warmup_step: {TokenWarmupStep}; use 0 (no warm-up) or more.";
        if (TokenWarmupMin < 0) yield return $"token_warmup_min: {TokenWarmupMin}; use 0 or more.";
    }
}
