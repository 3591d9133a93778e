namespace Slipway.Training;

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

    public string CaptionPrefix { get; init; } = "";

    public string CaptionSuffix { get; init; } = "";

    /// <summary>Tags change places or are left out.</summary>
    internal bool VariesTags => ShuffleCaption || CaptionTagDropoutRate > 0;

    /// <summary>An image always has the same caption, or none.</summary>
    internal bool IsFixed => !VariesTags && !EnableWildcard;
}
