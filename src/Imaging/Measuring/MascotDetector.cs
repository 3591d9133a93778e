using System.Runtime.InteropServices;
using Slipway.Imaging.Compositing;
using Slipway.Imaging.Pictures;

namespace Slipway.Imaging.Measuring;

/// <summary>
/// Finds a sprite of fixed pose: over places, sizes, both directions and small turns, the one at which the sprite explains most of what the
/// surroundings there do not. It is looked for at the sizes that composites have, and some more; one that is much smaller or larger, or
/// turned by more than about ten degrees, is not found. From which score it counts as present depends on the sprite: <see cref="MascotCalibration"/>.
/// </summary>
public sealed class MascotDetector
{
    /// <summary>Height in pixels at which pictures are searched, and at which the best places are looked at.</summary>
    private const int Coarse = 32;
    private const int Fine = 64;

    /// <summary>Places of the first look that are looked at again, and those that are tried turned too.</summary>
    private const int Kept = 8;
    private const int Turned = 3;

    /// <summary>How far the sprite may reach beyond the picture where it would fit, a share of its side.</summary>
    private const double Overhang = 0.15;

    /// <summary>Step from place to place in the first look, a share of the sprite's side.</summary>
    private const double Stride = 0.06;

    /// <summary>Widest pictures are searched at this many times their height.</summary>
    private const double Widest = 8;

    /// <summary>It is looked for so much smaller than the smallest composite has it, and so much larger than the largest, up to this share of the picture.</summary>
    private const double Smaller = 0.75;
    private const double Larger = 1.3;
    private const double Largest = 1.2;

    private const double SizeRatio = 1.11;
    private const int Steps = 4;
    private const int Rounds = 2;

    private static readonly (int X, int Y)[] Neighbours = [(-1, 0), (1, 0), (0, -1), (0, 1)];
    private static readonly double[] Factors = [0.95, 1, 1.05];
    private static readonly int[] Turns = [-4, -2, 2, 4];
    private static readonly (int Wider, int Higher)[] Sides = [(-1, 0), (1, 0), (0, -1), (0, 1), (1, 1), (-1, -1)];

    private readonly CompositeOptions _options;
    private readonly TurnedSprite _sprite;
    private readonly Dictionary<(int Width, int Height, bool Flip, int Turn), SpriteTemplate> _templates = [];

    /// <param name="sprite">The mascot, with alpha.</param>
    /// <param name="options">How large composites have it; null: by default.</param>
    /// <exception cref="InvalidDataException">Nothing of the sprite can be seen.</exception>
    public MascotDetector(Picture sprite, CompositeOptions? options = null)
    {
        _options = options ?? new CompositeOptions();
        _sprite = new TurnedSprite(sprite);
    }

    private double Aspect => (double)_sprite.Upright.Width / _sprite.Upright.Height;

    /// <summary>The best place for the mascot in a picture.</summary>
    public MascotMatch Find(Picture picture)
    {
        var small = At(picture, Fine);
        var fine = new ColorField(small);
        Found? best = null;
        var places = Places(new ColorField(At(small, Coarse))).Select(place => Climb(fine, place)).OrderByDescending(found => found.Score).Take(Turned);
        foreach (var found in places.Select(found => Turn(fine, found)))
            best = best is null || found.Score > best.Value.Score ? found : best;
        if (best is { Score: > -1 } rough)
        {
            var match = Polish(fine, rough);
            return new MascotMatch(match.Score, match.Template.Similarity(fine, match.X, match.Y), Cover(picture, fine, match));
        }

        // On a flat page the sprite explains nothing anywhere; of a sprite without an opaque pixel at these sizes nothing can be said.
        var nothing = new bool[picture.Width * picture.Height];
        return _templates.Values.Any(template => template.Area > 0) ? new MascotMatch(-1, 0, nothing) : new MascotMatch(null, null, nothing);
    }

    /// <summary>Heights of the sprite, shares of the picture's: those of composites, where a wide sprite may have been made to fit, and some beyond.</summary>
    private IEnumerable<double> Sizes(double pictureAspect)
    {
        var fitting = pictureAspect / Aspect;
        var from = Smaller * Math.Min(_options.MinScale, fitting);
        var to = Math.Max(from, Math.Min(Larger * (_options.Whole ? Math.Min(_options.MaxScale, fitting) : _options.MaxScale), Largest));
        var count = (int)Math.Ceiling(Math.Log(to / from) / Math.Log(SizeRatio));
        return Enumerable.Range(0, count + 1).Select(i => from * Math.Pow(to / from, (double)i / Math.Max(1, count)));
    }

    private List<Place> Places(ColorField picture)
    {
        var places = new List<Place>();
        foreach (var size in Sizes((double)picture.Width / picture.Height))
        {
            var (width, height) = Box(size, Coarse);
            var (left, right) = Range(picture.Width, width);
            var (top, bottom) = Range(picture.Height, height);
            var (across, down) = (Math.Max(1, (int)(Stride * width)), Math.Max(1, (int)(Stride * height)));
            foreach (var flip in (bool[])[false, true])
            {
                var template = Template(width, height, flip, 0);
                if (template.Area == 0)
                    continue;
                for (var y = top; y <= bottom; y += down)
                {
                    for (var x = left; x <= right; x += across)
                        Keep(places, new Place(template.Glance(picture, x, y), size, flip, (x + (width / 2.0)) / Coarse, (y + (height / 2.0)) / Coarse));
                }
            }
        }

        return places;
    }

    private static (int From, int To) Range(int picture, int template)
    {
        var over = (int)(Overhang * template);
        return (Math.Min(0, picture - template) - over, Math.Max(0, picture - template) + over);
    }

    /// <summary>Keeps the best places, of those that are near one another the best one.</summary>
    private static void Keep(List<Place> places, Place place)
    {
        if (place.Score <= -1 || (places.Count == Kept && place.Score <= places[^1].Score))
            return;
        var same = places.FindIndex(other => other.IsNear(place));
        if (same >= 0 && places[same].Score >= place.Score)
            return;
        if (same >= 0)
            places.RemoveAt(same);
        else if (places.Count == Kept)
            places.RemoveAt(Kept - 1);
        var at = places.FindIndex(other => other.Score < place.Score);
        places.Insert(at < 0 ? places.Count : at, place);
    }

    /// <summary>From a place found in the small picture to the best one near it, at the sizes around it.</summary>
    private Found Climb(ColorField picture, Place place)
    {
        var best = new Found(double.NegativeInfinity, null!, 0, 0, 0, place.Flip, 0);
        foreach (var size in Factors.Select(factor => place.Size * factor))
        {
            var (width, height) = Box(size, Fine);
            best = Move(picture, best, Template(width, height, place.Flip, 0), size, (int)Math.Round((place.X * Fine) - (width / 2.0)), (int)Math.Round((place.Y * Fine) - (height / 2.0)));
        }

        return best;
    }

    /// <summary>The same, turned a little.</summary>
    private Found Turn(ColorField picture, Found found)
    {
        var (best, upright) = (found, _sprite.Upright);
        var (boxWidth, boxHeight) = Box(found.Size, Fine);
        foreach (var turn in Turns)
        {
            var turned = _sprite.At(turn);
            var width = Math.Max(1, (int)Math.Round((double)boxWidth * turned.Width / upright.Width));
            var height = Math.Max(1, (int)Math.Round((double)boxHeight * turned.Height / upright.Height));
            var template = Template(width, height, found.Flip, turn);
            best = Move(picture, best, template, found.Size, found.X + ((found.Template.Width - width) / 2), found.Y + ((found.Template.Height - height) / 2), turn);
        }

        return best;
    }

    /// <summary>
    /// The same, with sides a pixel longer or shorter: a detailed sprite that lies between the pixels, or between two of the sizes, explains much
    /// less of itself than it could.
    /// </summary>
    private Found Polish(ColorField picture, Found found)
    {
        var best = found;
        for (var round = 0; round < Rounds; round++)
        {
            var from = best;
            foreach (var (wider, higher) in Sides)
            {
                var (width, height) = (from.Template.Width + wider, from.Template.Height + higher);
                if (width >= 2 && height >= 2)
                    best = Move(picture, best, Template(width, height, from.Flip, from.Turn), from.Size, from.X, from.Y, from.Turn);
            }

            if (best == from)
                break;
        }

        return best;
    }

    /// <summary>Goes from a place to its best neighbour for as long as that is better.</summary>
    private static Found Move(ColorField picture, Found best, SpriteTemplate template, double size, int x, int y, int turn = 0)
    {
        var here = template.Look(picture, x, y);
        var from = (X: 0, Y: 0);
        for (var step = 0; step < Steps; step++)
        {
            var (next, to) = (here, (X: 0, Y: 0));
            foreach (var way in Neighbours)
            {
                if (way == from)
                    continue;
                var score = template.Look(picture, x + way.X, y + way.Y);
                if (score > next)
                    (next, to) = (score, way);
            }

            if (to == (0, 0))
                break;
            (x, y, here, from) = (x + to.X, y + to.Y, next, (-to.X, -to.Y));
        }

        return here > best.Score ? best with { Score = here, Template = template, X = x, Y = y, Size = size, Turn = turn } : best;
    }

    private (int Width, int Height) Box(double size, int unit) =>
        (Math.Max(2, (int)Math.Round(size * unit * Aspect)), Math.Max(2, (int)Math.Round(size * unit)));

    private SpriteTemplate Template(int width, int height, bool flip, int turn)
    {
        if (!_templates.TryGetValue((width, height, flip, turn), out var template))
            _templates[(width, height, flip, turn)] = template = SpriteTemplate.From(_sprite.At(turn), width, height, flip);
        return template;
    }

    private static Picture At(Picture picture, int height)
    {
        var width = Math.Max(1, (int)Math.Round(Math.Min(Widest, (double)picture.Width / picture.Height) * height));
        return picture.Width == width && picture.Height == height ? picture : picture.Resize(width, height);
    }

    private static bool[] Cover(Picture picture, ColorField searched, Found match)
    {
        var covered = new bool[picture.Width * picture.Height];
        var (across, down) = ((double)searched.Width / picture.Width, (double)searched.Height / picture.Height);
        for (var i = 0; i < covered.Length; i++)
        {
            var (y, x) = Math.DivRem(i, picture.Width);
            covered[i] = match.Template.Near((int)Math.Floor((x + 0.5) * across) - match.X, (int)Math.Floor((y + 0.5) * down) - match.Y);
        }

        return covered;
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Place(float Score, double Size, bool Flip, double X, double Y)
    {
        public bool IsNear(Place other) =>
            Flip == other.Flip && Math.Abs(X - other.X) < 0.15 * Size && Math.Abs(Y - other.Y) < 0.15 * Size && Size / other.Size is > 0.8 and < 1.25;
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Found(double Score, SpriteTemplate Template, int X, int Y, double Size, bool Flip, int Turn);
}
