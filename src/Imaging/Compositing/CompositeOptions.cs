using Slipway.Engine.Options;
using Slipway.Imaging.Pictures;

namespace Slipway.Imaging.Compositing;

/// <summary>How a sprite is placed on a background; fractions are of the background's height or width.</summary>
public sealed record CompositeOptions
{
    /// <summary>Its options.</summary>
    public static OptionTable<CompositeOptions> Declared { get; } = new(option =>
    [
        option.FromTo("scale", o => (o.MinScale, o.MaxScale), (o, v) => o with { MinScale = v.From, MaxScale = v.To }, 0.01, 2) with { Says = "Height of the sprite, as a share of the picture's: from, to." },
        option.FromTo("x", o => (o.MinX, o.MaxX), (o, v) => o with { MinX = v.From, MaxX = v.To }, 0, 1) with { Says = "Where its middle may be: 0 left, 1 right." },
        option.FromTo("y", o => (o.MinY, o.MaxY), (o, v) => o with { MinY = v.From, MaxY = v.To }, 0, 1) with { Says = "Where its middle may be: 0 top, 1 bottom." },
        option.Number("flip", o => o.FlipProbability, (o, v) => o with { FlipProbability = v }, 0, 1) with { Says = "How often it is mirrored." },
        option.Number("rotation", o => o.MaxRotation, (o, v) => o with { MaxRotation = v }, 0, 180) with { Says = "At most so many degrees to either side." },
        option.Switch("whole", o => o.Whole, (o, v) => o with { Whole = v }) with { Says = "Moves it, and makes it smaller, where a part of it would lie outside the picture; false: that part is cut off." },
        option.Number("shadow_opacity", o => o.ShadowOpacity, (o, v) => o with { ShadowOpacity = v }, 0, 1) with { Says = "Opacity of the contact shadow; 0: none." },
        option.Number("shadow_softness", o => o.ShadowSoftness, (o, v) => o with { ShadowSoftness = v }, 0, 1) with { Says = "Its softness, as a share of the sprite's height." },
        option.Number("feather", o => o.Feather, (o, v) => o with { Feather = v }, 0, 100) with { Says = "Softness of the sprite's edge, in pixels." },
        option.Number("tone_match", o => o.ToneMatch, (o, v) => o with { ToneMatch = v }, 0, 1) with { Says = "How far its colours go towards the background's." },
    ]);

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

    /// <summary>Whether all of the sprite is in the picture: moved, and made smaller, where it would not be.</summary>
    public bool Whole { get; init; } = true;

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
