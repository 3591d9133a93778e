using Slipway.Imaging.Pictures;

namespace Slipway.Imaging.Measuring;

/// <summary>
/// A sprite at one size, turn and direction, with a ring around it that shows what the picture is like where the sprite ends. A picture with
/// the sprite is α·(sprite + tint) + (1 − α)·surroundings; one without it is surroundings alone, continued inwards. What counts is how much better
/// the first explains the pixels than the second: a plain shape in front of nothing that differs from it explains nothing.
/// </summary>
internal sealed class SpriteTemplate
{
    /// <summary>Parts of the ring by direction; the surroundings of a place inside are those of the parts that are near.</summary>
    private const int Sectors = 8;

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

    private readonly int[] _x;
    private readonly int[] _y;
    private readonly float[] _alpha;
    private readonly float[][] _color;
    private readonly float[][] _sectorWeights;
    private readonly int[] _ringX;
    private readonly int[] _ringY;
    private readonly int[] _ringSector;
    private readonly bool[] _near;

    private SpriteTemplate(int width, int height, float[] alpha, float[][] color)
    {
        (Width, Height) = (width, height);
        int[] inside = [.. Enumerable.Range(0, width * height).Where(i => alpha[i] > Visible)];
        (_x, _y) = ([.. inside.Select(i => i % width)], [.. inside.Select(i => i / width)]);
        _alpha = [.. inside.Select(i => alpha[i])];
        _color = [.. color.Select(plane => inside.Select(i => plane[i]).ToArray())];
        (_ringX, _ringY) = Ring(width, height, alpha);
        _ringSector = RingSectors();
        _sectorWeights = [.. inside.Select((_, i) => Weights(_x[i], _y[i]))];
        _near = [.. alpha.Select(value => value > 0)];
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary>At how many places something of the sprite can be seen.</summary>
    public int Area => _x.Length;

    /// <summary>The sprite at a size, mirrored or not.</summary>
    public static SpriteTemplate From(Picture sprite, int width, int height, bool flip)
    {
        var small = sprite.Resize(width, height);
        int Source(int i) => flip ? (i / width * width) + (width - 1 - (i % width)) : i;
        return new SpriteTemplate(
            width,
            height,
            [.. Enumerable.Range(0, width * height).Select(i => small.Pixels[(Source(i) * 4) + 3] / 255f)],
            [.. Enumerable.Range(0, 3).Select(c => Enumerable.Range(0, width * height).Select(i => (float)small.Pixels[(Source(i) * 4) + c]).ToArray())]);
    }

    /// <summary>
    /// Share of the squares that surroundings of one colour leave unexplained that the sprite explains, at most 1, when the template's corner is at
    /// (left, top): quick, for a first look. −1 where too little of it is within the picture.
    /// </summary>
    public float Glance(Planes picture, int left, int top)
    {
        var places = picture.Places(_x.Length);
        var step = Math.Max(1, _x.Length / EnoughToGlance);
        var n = Within(picture, left, top, places, step);
        if (n == 0 || n < _x.Length / step * LeastShare)
            return -1;
        float before = 0;
        float after = 0;
        for (var c = 0; c < 3; c++)
        {
            var plane = picture.Channels[c];
            if (RingMean(picture, plane, left, top) is not { } surroundings)
                return -1;
            float squares = 0;
            float rests = 0;
            float shift = 0;
            float weights = 0;
            var color = _color[c];
            for (var k = 0; k < n; k++)
            {
                var (i, at) = places[k];
                var value = plane[at] - surroundings;
                var rest = value - (_alpha[i] * (color[i] - surroundings));
                squares += value * value;
                rests += rest * rest;
                shift += _alpha[i] * rest;
                weights += _alpha[i] * _alpha[i];
            }

            // The tint that lessens most what the sprite leaves unexplained.
            var tint = Math.Clamp(shift / weights, -Tint, Tint);
            before += squares;
            after += rests - (2 * tint * shift) + (tint * tint * weights);
        }

        return (before - after) / (before + (Floor * 3 * n));
    }

    /// <summary>The same, with surroundings that differ by direction, and an opacity that may be a little less than the sprite's.</summary>
    public float Look(Planes picture, int left, int top)
    {
        var (value, expected, alpha) = picture.Values(_x.Length);
        var step = Math.Max(1, _x.Length / EnoughToLook);
        var n = Expect(picture, left, top, value, expected, alpha, step);
        if (n == 0 || n < _x.Length / step * LeastShare)
            return -1;
        float before = 0;
        float product = 0;
        float energy = 0;
        for (var c = 0; c < 3; c++)
        {
            float shift = 0;
            float weights = 0;
            for (var i = 0; i < n; i++)
            {
                shift += alpha[i] * (value[(i * 3) + c] - expected[(i * 3) + c]);
                weights += alpha[i] * alpha[i];
            }

            var tint = Math.Clamp(shift / weights, -Tint, Tint);
            for (var i = 0; i < n; i++)
            {
                var (there, here) = (value[(i * 3) + c], expected[(i * 3) + c] + (alpha[i] * tint));
                before += there * there;
                product += there * here;
                energy += here * here;
            }
        }

        if (energy == 0)
            return 0;
        var opacity = Math.Clamp(product / energy, Faintest, Strongest);
        return ((2 * opacity * product) - (opacity * opacity * energy)) / (before + (Floor * 3 * n));
    }

    /// <summary>
    /// The structural similarity (SSIM; Wang, Bovik, Sheikh and Simoncelli 2004) of the picture with the sprite inside its outline, 0 to 1: one window of
    /// the sprite's shape, covariances of all three channels together. It knows colours, contrast and layout; of a sprite of one colour it knows
    /// that the picture is of one colour there too, which a patch of sky may be.
    /// </summary>
    public double Similarity(Planes picture, int left, int top)
    {
        const double C1 = 0.01 * 255 * 0.01 * 255;
        const double C2 = 0.03 * 255 * 0.03 * 255;
        var places = picture.Places(_x.Length);
        var n = Within(picture, left, top, places, 1);
        var opaque = places[..n].Where(place => _alpha[place.Index] >= Opaque).ToArray();
        if (opaque.Length == 0)
            opaque = places[..n];
        double luminance = 0;
        double own = 0;
        double theirs = 0;
        double both = 0;
        for (var c = 0; c < 3; c++)
        {
            var (mean, meanThere) = (opaque.Average(place => (double)_color[c][place.Index]), opaque.Average(place => (double)picture.Channels[c][place.At]));
            luminance += ((2 * mean * meanThere) + C1) / ((mean * mean) + (meanThere * meanThere) + C1) / 3;
            foreach (var (index, at) in opaque)
            {
                var (a, b) = (_color[c][index] - mean, picture.Channels[c][at] - meanThere);
                own += a * a / (3 * opaque.Length);
                theirs += b * b / (3 * opaque.Length);
                both += a * b / (3 * opaque.Length);
            }
        }

        return Math.Clamp(luminance * ((2 * both) + C2) / (own + theirs + C2), 0, 1);
    }

    /// <summary>Whether a place relative to the corner is covered, or next to one that is.</summary>
    public bool Near(int x, int y)
    {
        for (var row = Math.Max(0, y - 2); row <= Math.Min(Height - 1, y + 2); row++)
        {
            for (var column = Math.Max(0, x - 2); column <= Math.Min(Width - 1, x + 2); column++)
            {
                if (_near[(row * Width) + column])
                    return true;
            }
        }

        return false;
    }

    private int Within(Planes picture, int left, int top, (int Index, int At)[] places, int step)
    {
        var n = 0;
        for (var i = 0; i < _x.Length; i += step)
        {
            var (x, y) = (left + _x[i], top + _y[i]);
            if (picture.Has(x, y))
                places[n++] = (i, (y * picture.Width) + x);
        }

        return n;
    }

    private float? RingMean(Planes picture, float[] plane, int left, int top)
    {
        float sum = 0;
        var seen = 0;
        for (var i = 0; i < _ringX.Length; i += Math.Max(1, _ringX.Length / EnoughToGlance))
        {
            var (x, y) = (left + _ringX[i], top + _ringY[i]);
            if (picture.Has(x, y))
            {
                sum += plane[(y * picture.Width) + x];
                seen++;
            }
        }

        return seen == 0 ? null : sum / seen;
    }

    /// <summary>What is within the picture, less the surroundings; and what would be there with the sprite. 0 where nothing of the ring is within.</summary>
    private int Expect(Planes picture, int left, int top, float[] value, float[] expected, float[] alpha, int step)
    {
        Span<float> means = stackalloc float[Sectors * 3];
        Span<int> counts = stackalloc int[Sectors];
        SectorMeans(picture, left, top, means, counts);
        var n = 0;
        for (var i = 0; i < _x.Length; i += step)
        {
            var (x, y) = (left + _x[i], top + _y[i]);
            if (!picture.Has(x, y))
                continue;
            var (red, green, blue, all) = (0f, 0f, 0f, 0f);
            for (var s = 0; s < Sectors; s++)
            {
                var weight = counts[s] == 0 ? 0 : _sectorWeights[i][s];
                all += weight;
                red += weight * means[s * 3];
                green += weight * means[(s * 3) + 1];
                blue += weight * means[(s * 3) + 2];
            }

            if (all == 0)
                return 0;
            (red, green, blue) = (red / all, green / all, blue / all);
            var at = (y * picture.Width) + x;
            alpha[n] = _alpha[i];
            value[n * 3] = picture.Channels[0][at] - red;
            value[(n * 3) + 1] = picture.Channels[1][at] - green;
            value[(n * 3) + 2] = picture.Channels[2][at] - blue;
            expected[n * 3] = _alpha[i] * (_color[0][i] - red);
            expected[(n * 3) + 1] = _alpha[i] * (_color[1][i] - green);
            expected[(n * 3) + 2] = _alpha[i] * (_color[2][i] - blue);
            n++;
        }

        return n;
    }

    private void SectorMeans(Planes picture, int left, int top, Span<float> means, Span<int> counts)
    {
        for (var i = 0; i < _ringX.Length; i++)
        {
            var (x, y) = (left + _ringX[i], top + _ringY[i]);
            if (!picture.Has(x, y))
                continue;
            var s = _ringSector[i];
            counts[s]++;
            for (var c = 0; c < 3; c++)
                means[(s * 3) + c] += picture.Channels[c][(y * picture.Width) + x];
        }

        for (var s = 0; s < Sectors; s++)
        {
            for (var c = 0; c < 3; c++)
                means[(s * 3) + c] /= Math.Max(1, counts[s]);
        }
    }

    private int[] RingSectors()
    {
        var (middleX, middleY) = (_x.DefaultIfEmpty(0).Average(), _y.DefaultIfEmpty(0).Average());
        return [.. _ringX.Zip(_ringY, (x, y) => (int)((Math.Atan2(y - middleY, x - middleX) + Math.PI) / (2 * Math.PI) * Sectors) % Sectors)];
    }

    /// <summary>By the square of the distance to the nearest place of each part of the ring.</summary>
    private float[] Weights(int x, int y)
    {
        var weights = new float[Sectors];
        for (var i = 0; i < _ringX.Length; i++)
        {
            var (dx, dy) = (_ringX[i] - x, _ringY[i] - y);
            weights[_ringSector[i]] = Math.Max(weights[_ringSector[i]], 1 / ((dx * dx) + (dy * dy) + 1f));
        }

        return weights;
    }

    /// <summary>Places outside the outline, a pixel away from it and more, relative to the corner.</summary>
    private static (int[] X, int[] Y) Ring(int width, int height, float[] alpha)
    {
        var reach = Math.Max(2, (int)Math.Round(0.1 * Math.Sqrt(width * height))) + 1;
        var (w, h) = (width + (2 * reach), height + (2 * reach));
        var distance = new int[w * h];
        Array.Fill(distance, int.MaxValue);
        foreach (var i in Enumerable.Range(0, width * height).Where(i => alpha[i] > Trace))
        {
            var (cy, cx) = Math.DivRem(i, width);
            for (var dy = -reach; dy <= reach; dy++)
            {
                for (var dx = -reach; dx <= reach; dx++)
                {
                    var at = ((cy + reach + dy) * w) + cx + reach + dx;
                    distance[at] = Math.Min(distance[at], (dx * dx) + (dy * dy));
                }
            }
        }

        int[] ring = [.. Enumerable.Range(0, w * h).Where(i => distance[i] > 1 && distance[i] <= reach * reach)];
        return ([.. ring.Select(i => (i % w) - reach)], [.. ring.Select(i => (i / w) - reach)]);
    }
}
