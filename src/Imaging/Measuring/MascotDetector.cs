using Slipway.Imaging.Pictures;

namespace Slipway.Imaging.Measuring;

/// <summary>Where a sprite was found best in a picture.</summary>
/// <param name="Score">Correlation of the sprite with the picture there, −1 to 1.</param>
/// <param name="Foreground">True where the sprite would cover the picture, row by row, a pixel wider all around.</param>
public sealed record MascotMatch(double Score, bool[] Foreground)
{
    /// <summary>
    /// Whether the mascot is really there. Over drawn scenes without it (boats among them) the scores stay below
    /// 0.55; over its composites, blurred by an autoencoder too, they lie above 0.7.
    /// </summary>
    public bool IsPresent => Score >= MascotDetector.Threshold;
}

/// <summary>
/// Finds a sprite of fixed pose: correlation of all three colour channels inside the sprite's outline, means
/// removed by channel (zero-mean normalised cross-correlation, masked), over sizes, places and both directions.
/// Colour takes part: the same shape in other colours correlates badly.
/// </summary>
public sealed class MascotDetector
{
    /// <summary>Score from which the mascot counts as present.</summary>
    public const double Threshold = 0.68;

    /// <summary>Height in pixels at which pictures are searched.</summary>
    private const int Height = 64;

    private static readonly double[] Scales = [0.28, 0.33, 0.38, 0.43, 0.48, 0.53, 0.58, 0.64, 0.70, 0.77, 0.85];

    private readonly Template[] _templates;

    /// <param name="sprite">The mascot, with alpha.</param>
    public MascotDetector(Picture sprite)
    {
        var cropped = Crop(sprite);
        _templates = [.. Scales.SelectMany(scale => new[] { false, true }.Select(flip => Template.FromSprite(cropped, scale * Height, flip)))];
    }

    /// <summary>The best place for the mascot in a picture.</summary>
    public MascotMatch Find(Picture picture)
    {
        var width = Math.Max(1, (int)Math.Round((double)picture.Width * Height / picture.Height));
        var small = picture.Width == width && picture.Height == Height ? picture : picture.Resize(width, Height);
        var planes = Planes(small);
        var best = (Score: double.NegativeInfinity, Template: _templates[0], X: 0, Y: 0);
        foreach (var template in _templates.Where(t => t.Width <= width && t.Height <= Height))
        {
            best = Search(template, planes, width, best);
        }

        return new MascotMatch(best.Score, Cover(picture, best.Template, best.X, best.Y));
    }

    /// <summary>Every second place first, then the neighbours of the best.</summary>
    private static (double Score, Template Template, int X, int Y) Search(
        Template template, float[][] planes, int width, (double Score, Template Template, int X, int Y) best)
    {
        var coarse = (Score: double.NegativeInfinity, X: 0, Y: 0);
        for (var y = 0; y <= Height - template.Height; y += 2)
        {
            for (var x = 0; x <= width - template.Width; x += 2)
            {
                var score = template.Correlate(planes, width, x, y);
                coarse = score > coarse.Score ? (score, x, y) : coarse;
            }
        }

        for (var y = Math.Max(0, coarse.Y - 1); y <= Math.Min(Height - template.Height, coarse.Y + 1); y++)
        {
            for (var x = Math.Max(0, coarse.X - 1); x <= Math.Min(width - template.Width, coarse.X + 1); x++)
            {
                var score = template.Correlate(planes, width, x, y);
                best = score > best.Score ? (score, template, x, y) : best;
            }
        }

        return best;
    }

    private static bool[] Cover(Picture picture, Template template, int left, int top)
    {
        var covered = new bool[picture.Width * picture.Height];
        var zoom = (double)Height / picture.Height;
        for (var i = 0; i < covered.Length; i++)
        {
            var (y, x) = Math.DivRem(i, picture.Width);
            covered[i] = template.Near((int)((x + 0.5) * zoom) - left, (int)((y + 0.5) * zoom) - top);
        }

        return covered;
    }

    private static float[][] Planes(Picture picture)
        => [.. Enumerable.Range(0, 3).Select(c =>
            Enumerable.Range(0, picture.Width * picture.Height).Select(i => (float)picture.Pixels[(i * 4) + c]).ToArray())];

    private static Picture Crop(Picture sprite)
    {
        var visible = Enumerable.Range(0, sprite.Width * sprite.Height).Where(i => sprite.Pixels[(i * 4) + 3] > 8).ToArray();
        var (left, right) = (visible.Min(i => i % sprite.Width), visible.Max(i => i % sprite.Width));
        var (top, bottom) = (visible.Min(i => i / sprite.Width), visible.Max(i => i / sprite.Width));
        var cropped = new Picture(right - left + 1, bottom - top + 1);
        for (var y = 0; y < cropped.Height; y++)
        {
            sprite.Pixels.AsSpan((((y + top) * sprite.Width) + left) * 4, cropped.Width * 4).CopyTo(cropped.Pixels.AsSpan(y * cropped.Width * 4));
        }

        return cropped;
    }

    /// <summary>The sprite at one size and direction: its opaque pixels, means removed, of unit length.</summary>
    private sealed class Template
    {
        private readonly int[] _x;
        private readonly int[] _y;
        private readonly float[][] _values;
        private readonly bool[] _near;

        private Template(int width, int height, int[] x, int[] y, float[][] values, bool[] near)
            => (Width, Height, _x, _y, _values, _near) = (width, height, x, y, values, near);

        public int Width { get; }

        public int Height { get; }

        public static Template FromSprite(Picture sprite, double height, bool flip)
        {
            var rows = Math.Max(4, (int)Math.Round(height));
            var columns = Math.Max(4, (int)Math.Round(height * sprite.Width / sprite.Height));
            var small = sprite.Resize(columns, rows);
            int Source(int i) => flip ? (i / columns * columns) + (columns - 1 - (i % columns)) : i;
            bool Opaque(int i) => small.Pixels[(Source(i) * 4) + 3] >= 128;
            var inside = Enumerable.Range(0, columns * rows).Where(Opaque).ToArray();
            var planes = Enumerable.Range(0, 3)
                .Select(c => inside.Select(i => (float)small.Pixels[(Source(i) * 4) + c]).ToArray())
                .Select(plane => (Plane: plane, Mean: plane.Average()))
                .Select(p => p.Plane.Select(value => value - p.Mean).ToArray()).ToArray();
            var length = MathF.Sqrt(planes.Sum(plane => plane.Sum(value => value * value)));
            return new Template(
                columns,
                rows,
                [.. inside.Select(i => i % columns)],
                [.. inside.Select(i => i / columns)],
                [.. planes.Select(plane => plane.Select(value => value / length).ToArray())],
                [.. Enumerable.Range(0, columns * rows).Select(i => small.Pixels[(Source(i) * 4) + 3] > 0)]);
        }

        /// <summary>Correlation with the picture when the template's corner is at (x, y); a flat picture gives 0.</summary>
        public double Correlate(float[][] planes, int stride, int left, int top)
        {
            float product = 0;
            float energy = 0;
            for (var c = 0; c < 3; c++)
            {
                var (plane, values) = (planes[c], _values[c]);
                float sum = 0;
                float squares = 0;
                for (var i = 0; i < values.Length; i++)
                {
                    var value = plane[((top + _y[i]) * stride) + left + _x[i]];
                    product += values[i] * value;
                    sum += value;
                    squares += value * value;
                }

                energy += squares - (sum * sum / values.Length);
            }

            // Below a standard deviation of 8 of 255 there is nothing to see: let it not be blown up to a match.
            var floor = 64f * 3 * _x.Length;
            return product / MathF.Sqrt(Math.Max(energy, floor));
        }

        /// <summary>Whether a place relative to the corner is covered, or next to one that is.</summary>
        public bool Near(int x, int y)
        {
            for (var dy = -2; dy <= 2; dy++)
            {
                for (var dx = -2; dx <= 2; dx++)
                {
                    var (column, row) = (x + dx, y + dy);
                    if (column >= 0 && column < Width && row >= 0 && row < Height && _near[(row * Width) + column])
                    {
                        return true;
                    }
                }
            }

            return false;
        }
    }
}
