namespace Slipway.Pipeline.Plans.Sections;

/// <summary>Where backgrounds come from.</summary>
public enum BackgroundSource
{
    /// <summary>The base model draws them.</summary>
    Model,

    /// <summary>They are pictures of a folder.</summary>
    Folder,

    /// <summary>Some are drawn, others are pictures of a folder.</summary>
    Both,
}
