using Slipway.Imaging.Pictures;

namespace Slipway.Imaging.Compositing;

/// <summary>How a sprite is placed on a background; fractions are of the background's height or width.</summary>
public sealed record CompositeOptions
{
    /// <summary>Smallest height of the sprite, a fraction of the background's.</summary>
    public double MinScale { get; init; } = 0.45;

    /// <summary>Largest height of the sprite, a fraction of the background's.</summary>
    public double MaxScale { get; init; } = 0.65;

    /// <summary>Leftmost place of the sprite's centre.</summary>
    public double MinX { get; init; } = 0.35;

    /// <summary>Rightmost place of the sprite's centre.</summary>
    public double MaxX { get; init; } = 0.65;

    /// <summary>Highest place of the sprite's centre.</summary>
    public double MinY { get; init; } = 0.5;

    /// <summary>Lowest place of the sprite's centre.</summary>
    public double MaxY { get; init; } = 0.65;

    /// <summary>How often the sprite is mirrored, 0 to 1.</summary>
    public double FlipProbability { get; init; } = 0.5;

    /// <summary>Largest turn to either side, degrees.</summary>
    public double MaxRotation { get; init; } = 5;

    /// <summary>Opacity of the contact shadow, 0 to 1.</summary>
    public double ShadowOpacity { get; init; } = 0.35;

    /// <summary>Softness (Gaussian σ) of the contact shadow, a fraction of the sprite's height.</summary>
    public double ShadowSoftness { get; init; } = 0.05;

    /// <summary>Softness (Gaussian σ) of the sprite's edge in pixels.</summary>
    public double Feather { get; init; } = 0.4;

    /// <summary>How far the sprite's mean colour moves towards the background's behind it, 0 to 1.</summary>
    public double ToneMatch { get; init; }
}

/// <summary>A composite and where the sprite stands in it.</summary>
/// <param name="Picture">The composite, opaque.</param>
/// <param name="X">Centre of the sprite from the left, a fraction.</param>
/// <param name="Y">Centre of the sprite from the top, a fraction.</param>
/// <param name="Scale">Height of the sprite, a fraction of the picture's.</param>
/// <param name="Flipped">Whether it is mirrored.</param>
/// <param name="Rotation">Degrees, clockwise.</param>
public sealed record Composite(Picture Picture, double X, double Y, double Scale, bool Flipped, double Rotation);
