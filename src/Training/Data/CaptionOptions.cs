namespace Slipway.Training;

/// <summary>How captions vary from step to step; the names are sd-scripts' options.</summary>
public sealed record CaptionOptions
{
    /// <summary>Tags are shuffled at each use.</summary>
    public bool ShuffleCaption { get; init; }

    /// <summary>The first so many tags are neither shuffled nor dropped: the trigger word's place.</summary>
    public int KeepTokens { get; init; }

    /// <summary>The chance that a caption is left out altogether.</summary>
    public double CaptionDropoutRate { get; init; }

    /// <summary>The chance of each tag behind the kept ones to be left out.</summary>
    public double CaptionTagDropoutRate { get; init; }

    public string CaptionPrefix { get; init; } = "";

    public string CaptionSuffix { get; init; } = "";

    /// <summary>An image always has the same caption, or none.</summary>
    internal bool IsFixed => !ShuffleCaption && CaptionTagDropoutRate == 0;
}
