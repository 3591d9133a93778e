namespace Slipway.Imaging.Compositing;

/// <summary>Where and how a sprite stands in a picture; fractions are of the picture's width or height.</summary>
/// <param name="X">Centre from the left, a fraction.</param>
/// <param name="Y">Centre from the top, a fraction.</param>
/// <param name="Scale">Height, a fraction.</param>
/// <param name="Flipped">Whether it is mirrored.</param>
/// <param name="Rotation">Degrees, clockwise.</param>
internal sealed record Placement(double X, double Y, double Scale, bool Flipped, double Rotation)
{
    private const double Margin = 1;

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

    /// <summary>The same where all of the sprite is in the picture; else no larger than fits, and moved until it is.</summary>
    /// <param name="width">Of the picture, pixels.</param>
    /// <param name="height">Of the picture, pixels.</param>
    /// <param name="outline">What of the sprite can be seen.</param>
    public Placement Within(int width, int height, SpriteOutline outline)
    {
        var reach = outline.Reach(Flipped, Rotation);
        var (across, down) = (reach.Right - reach.Left, reach.Bottom - reach.Top);
        var fits = across * Scale * height <= width && down * Scale <= 1;
        var scale = fits ? Scale : Math.Min(Room(width) / (across * height), Room(height) / (down * height));
        return this with
        {
            Scale = scale,
            X = Moved(X * width, reach.Left * scale * height, reach.Right * scale * height, width) is { } x ? x / width : X,
            Y = Moved(Y * height, reach.Top * scale * height, reach.Bottom * scale * height, height) is { } y ? y / height : Y,
        };
    }

    /// <summary>What is made to fit keeps a pixel of the background around it, where there is room for one.</summary>
    private static double Room(int side) => Math.Max(1, side - (2 * Margin));

    private static double? Moved(double middle, double before, double behind, int side)
    {
        if (middle + before >= 0 && middle + behind <= side)
            return null;
        var margin = behind - before <= Room(side) ? Margin : 0;
        return middle + before < 0 ? margin - before : side - margin - behind;
    }
}
