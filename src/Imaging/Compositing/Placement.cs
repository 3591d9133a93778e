namespace Slipway.Imaging.Compositing;

/// <summary>Where and how a sprite stands in a picture; fractions are of the picture's width or height.</summary>
/// <param name="X">Centre from the left, a fraction.</param>
/// <param name="Y">Centre from the top, a fraction.</param>
/// <param name="Scale">Height, a fraction.</param>
/// <param name="Flipped">Whether it is mirrored.</param>
/// <param name="Rotation">Degrees, clockwise.</param>
internal sealed record Placement(double X, double Y, double Scale, bool Flipped, double Rotation)
{
    /// <summary>Upright in the middle.</summary>
    public static Placement Middle(double scale) => new(0.5, 0.5, scale, Flipped: false, 0);

    /// <summary>Drawn within the limits: the same seed, the same place, whatever the background.</summary>
    public static Placement Draw(CompositeOptions options, ulong seed)
    {
        var draws = new SeededDraws(seed);
        var scale = draws.Between(options.MinScale, options.MaxScale);
        var x = draws.Between(options.MinX, options.MaxX);
        var y = draws.Between(options.MinY, options.MaxY);
        var flipped = draws.Between(0, 1) < options.FlipProbability;
        return new Placement(x, y, scale, flipped, draws.Between(-options.MaxRotation, options.MaxRotation));
    }
}
