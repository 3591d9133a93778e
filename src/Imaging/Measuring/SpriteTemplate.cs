using System.Runtime.Intrinsics;
using Slipway.Imaging.Pictures;

namespace Slipway.Imaging.Measuring;

/// <summary>
/// A sprite at one size, turn and direction, with a ring around it that shows what the picture is like where the sprite ends. A picture with
/// the sprite is α·(sprite + tint) + (1 − α)·surroundings; one without it is surroundings alone, continued inwards. What counts is how much better
/// the first explains the pixels than the second: a plain shape in front of nothing that differs from it explains nothing.
/// </summary>
internal sealed class SpriteTemplate
{
    /// <summary>How far a channel's mean may be from the sprite's, of 255: a model's colours, or a composite's tone, are never quite the sprite's.</summary>
    private const float Tint = 20;

    /// <summary>Least and greatest opacity at which the sprite is taken for itself.</summary>
    private const float Faintest = 0.6f;
    private const float Strongest = 1.15f;

    /// <summary>Variance of a channel below which there is nothing to see: noise is not to be blown up to a match.</summary>
    private const float Floor = 64;

    /// <summary>From which opacity a pixel is the sprite's, from which it is no surroundings, and from which its colour counts as the sprite's.</summary>
    private const float Visible = 0.1f;
    private const float Trace = 0.04f;
    private const float Opaque = 0.5f;

    /// <summary>Least share of the sprite that must be within the picture.</summary>
    private const float LeastShare = 0.3f;

    /// <summary>About so many pixels of a large sprite are enough for a first look, and for a second one.</summary>
    private const int EnoughToGlance = 160;
    private const int EnoughToLook = 800;

    /// <summary>How far beside what is covered a place is near it.</summary>
    private const int Margin = 2;

    private readonly SpritePoint[] _points;
    private readonly SpritePoint[] _few;
    private readonly SpritePoint[] _some;
    private readonly SpriteRing _ring;
    private readonly Lazy<float[]> _weights;
    private readonly Lazy<bool[]> _near;

    private SpriteTemplate(int width, int height, SpritePoint[] all)
    {
        (Width, Height) = (width, height);
        _points = [.. all.Where(point => point.Alpha > Visible)];
        (_few, _some) = (SpritePoint.Some(_points, EnoughToGlance), SpritePoint.Some(_points, EnoughToLook));
        var (middleX, middleY) = (_points.Select(point => point.X).DefaultIfEmpty(0).Average(), _points.Select(point => point.Y).DefaultIfEmpty(0).Average());
        _ring = new SpriteRing(width, height, [.. all.Select(point => point.Alpha > Trace)], middleX, middleY);
        _weights = new Lazy<float[]>(() => _ring.Weights(_some));
        _near = new Lazy<bool[]>(() => AllNear(all));
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary>At how many places something of the sprite can be seen.</summary>
    public int Area => _points.Length;

    /// <summary>The sprite at a size, mirrored or not.</summary>
    public static SpriteTemplate From(Picture sprite, int width, int height, bool flip)
    {
        var small = sprite.Resize(width, height);
        int Source(int i) => flip ? (i / width * width) + (width - 1 - (i % width)) : i;
        SpritePoint Point(int i) => new(i % width, i / width, small.Pixels[(Source(i) * 4) + 3] / 255f, ColorField.ColorOf(small, Source(i)));
        return new SpriteTemplate(width, height, [.. Enumerable.Range(0, width * height).Select(Point)]);
    }

    /// <summary>
    /// Share of the squares that surroundings of one colour leave unexplained that the sprite explains, at most 1, when the template's corner is at
    /// (left, top): quick, for a first look. −1 where too little of it is within the picture.
    /// </summary>
    public float Glance(ColorField picture, int left, int top)
    {
        var surroundings = _ring.Mean(picture, left, top);
        if (surroundings[3] == 0)
            return -1;
        var pixels = picture.Pixels;
        var (n, squares, rests, shift, weights) = (0, Vector128<float>.Zero, Vector128<float>.Zero, Vector128<float>.Zero, 0f);
        foreach (ref readonly var point in _few.AsSpan())
        {
            var at = picture.At(left + point.X, top + point.Y);
            if (at < 0)
                continue;
            var value = pixels[at] - surroundings;
            var rest = value - (point.Alpha * (point.Color - surroundings));
            squares += value * value;
            rests += rest * rest;
            shift += point.Alpha * rest;
            weights += point.Alpha * point.Alpha;
            n++;
        }

        if (n == 0 || n < _few.Length * LeastShare)
            return -1;

        // The tint that lessens most what the sprite leaves unexplained.
        var tint = Vector128.Clamp(shift / weights, Vector128.Create(-Tint), Vector128.Create(Tint));
        var (before, after) = (Sum(squares), Sum(rests - (2 * tint * shift) + (tint * tint * weights)));
        return (before - after) / (before + (Floor * 3 * n));
    }

    /// <summary>The same, with surroundings that differ by direction, and an opacity that may be a little less than the sprite's.</summary>
    public float Look(ColorField picture, int left, int top)
    {
        Span<Vector128<float>> means = stackalloc Vector128<float>[SpriteRing.Sectors];
        if (!_ring.Means(picture, left, top, means))
            return -1;
        var pixels = picture.Pixels;
        var sectors = _weights.Value;
        var (n, weights) = (0, 0f);
        var (squares, products, energies) = (Vector128<float>.Zero, Vector128<float>.Zero, Vector128<float>.Zero);
        var (shift, covered) = (Vector128<float>.Zero, Vector128<float>.Zero);
        for (var i = 0; i < _some.Length; i++)
        {
            ref readonly var point = ref _some[i];
            var at = picture.At(left + point.X, top + point.Y);
            if (at < 0)
                continue;
            var surroundings = Vector128<float>.Zero;
            for (var s = 0; s < SpriteRing.Sectors; s++)
                surroundings += sectors[(i * SpriteRing.Sectors) + s] * means[s];
            surroundings /= Vector128.Create(surroundings[3]);
            var (there, expected) = (pixels[at] - surroundings, point.Alpha * (point.Color - surroundings));
            squares += there * there;
            products += there * expected;
            energies += expected * expected;
            shift += point.Alpha * (there - expected);
            covered += point.Alpha * expected;
            weights += point.Alpha * point.Alpha;
            n++;
        }

        if (n == 0 || n < _some.Length * LeastShare)
            return -1;
        var tint = Vector128.Clamp(shift / weights, Vector128.Create(-Tint), Vector128.Create(Tint));
        var product = Sum(products + (tint * (shift + covered)));
        var energy = Sum(energies + (2 * tint * covered) + (tint * tint * weights));
        if (energy <= 0)
            return 0;
        var opacity = Math.Clamp(product / energy, Faintest, Strongest);
        return ((2 * opacity * product) - (opacity * opacity * energy)) / (Sum(squares) + (Floor * 3 * n));
    }

    /// <summary>
    /// The structural similarity (SSIM; Wang, Bovik, Sheikh and Simoncelli 2004) of the picture with the sprite inside its outline, 0 to 1: one window of
    /// the sprite's shape, covariances of all three channels together. It knows colours, contrast and layout; of a sprite of one colour it knows
    /// that the picture is of one colour there too, which a patch of sky may be.
    /// </summary>
    public double Similarity(ColorField picture, int left, int top)
    {
        const double C1 = 0.01 * 255 * 0.01 * 255;
        const double C2 = 0.03 * 255 * 0.03 * 255;
        var inside = _points.Where(point => picture.At(left + point.X, top + point.Y) >= 0).ToArray();
        var opaque = inside.Where(point => point.Alpha >= Opaque).ToArray();
        if (opaque.Length == 0)
            opaque = inside;
        int[] places = [.. opaque.Select(point => picture.At(left + point.X, top + point.Y))];
        double luminance = 0;
        double own = 0;
        double theirs = 0;
        double both = 0;
        for (var c = 0; c < 3; c++)
        {
            double[] here = [.. opaque.Select(point => (double)point.Color[c])];
            double[] there = [.. places.Select(at => (double)picture.Pixels[at][c])];
            var (mean, meanThere) = (here.Average(), there.Average());
            luminance += ((2 * mean * meanThere) + C1) / ((mean * mean) + (meanThere * meanThere) + C1) / 3;
            for (var i = 0; i < here.Length; i++)
            {
                var (a, b) = (here[i] - mean, there[i] - meanThere);
                own += a * a / (3 * here.Length);
                theirs += b * b / (3 * here.Length);
                both += a * b / (3 * here.Length);
            }
        }

        return Math.Clamp(luminance * ((2 * both) + C2) / (own + theirs + C2), 0, 1);
    }

    /// <summary>Whether a place relative to the corner is covered, or next to one that is.</summary>
    public bool Near(int x, int y)
    {
        var (column, row, across) = (x + Margin, y + Margin, Width + (2 * Margin));
        return (uint)column < (uint)across && (uint)row < (uint)(Height + (2 * Margin)) && _near.Value[(row * across) + column];
    }

    private bool[] AllNear(SpritePoint[] all)
    {
        var across = Width + (2 * Margin);
        var near = new bool[across * (Height + (2 * Margin))];
        foreach (var point in all.Where(point => point.Alpha > 0))
        {
            for (var row = point.Y; row <= point.Y + (2 * Margin); row++)
                near.AsSpan((row * across) + point.X, (2 * Margin) + 1).Fill(true);
        }

        return near;
    }

    private static float Sum(Vector128<float> channels) => channels[0] + channels[1] + channels[2];
}
