namespace Slipway.Imaging.Pictures;

/// <summary>What becomes of a colour profile (ICC) that is embedded in a picture.</summary>
public enum ColorProfiles
{
    /// <summary>It is applied: the pixels are those of sRGB, in which models think.</summary>
    Apply,

    /// <summary>It is passed over, as sd-scripts does: the pixels are the file's.</summary>
    Ignore,
}
