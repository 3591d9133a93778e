using System.Runtime.Intrinsics;

namespace Slipway.Imaging.Measuring;

/// <summary>
/// The places around a sprite, a pixel away from its outline and more, in parts by direction. They show what the picture is like where the sprite ends, and by
/// the nearest of them its surroundings are continued inwards.
/// </summary>
internal sealed class SpriteRing
{
    /// <summary>Parts by direction.</summary>
    public const int Sectors = 8;

    /// <summary>Of a large sprite, about so many places are enough for a first look.</summary>
    private const int EnoughToGlance = 160;

    /// <summary>Square of the distance from the outline up to which a place counts as the ring's inner edge.</summary>
    private const int Edge = 9;

    private readonly Place[][] _sectors;
    private readonly Place[] _some;

    /// <param name="width">Of the template.</param>
    /// <param name="height">Likewise.</param>
    /// <param name="covered">Row by row, whether anything of the sprite is there.</param>
    /// <param name="middleX">Middle of the sprite, in columns.</param>
    /// <param name="middleY">Likewise, in rows.</param>
    public SpriteRing(int width, int height, bool[] covered, double middleX, double middleY)
    {
        var reach = Math.Max(2, (int)Math.Round(0.1 * Math.Sqrt(width * height))) + 1;
        var distances = Distances(width, height, covered, reach);
        var across = width + (2 * reach);
        Place[] all =
        [
            .. Enumerable.Range(0, distances.Length).Where(i => distances[i] > 1 && distances[i] <= reach * reach)
                .Select(i => new Place((i % across) - reach, (i / across) - reach, distances[i] <= Edge)),
        ];
        int SectorOf(Place place) => (int)((Math.Atan2(place.Y - middleY, place.X - middleX) + Math.PI) / (2 * Math.PI) * Sectors) % Sectors;
        var sectors = all.ToLookup(SectorOf);
        _sectors = [.. Enumerable.Range(0, Sectors).Select(sector => sectors[sector].ToArray())];
        _some = [.. all.Where((_, i) => i % Math.Max(1, all.Length / EnoughToGlance) == 0)];
    }

    /// <summary>The mean colour of those that are in the picture when the template's corner is at (left, top); its last element is 0 where none is.</summary>
    public Vector128<float> Mean(ColorField picture, int left, int top) => Mean(picture, left, top, _some);

    /// <summary>The same of each part.</summary>
    /// <returns>Whether any is in the picture.</returns>
    public bool Means(ColorField picture, int left, int top, Span<Vector128<float>> means)
    {
        var seen = false;
        for (var s = 0; s < Sectors; s++)
        {
            means[s] = Mean(picture, left, top, _sectors[s]);
            seen |= means[s][3] > 0;
        }

        return seen;
    }

    /// <summary>How much each part says about each point: by the square of the distance to its nearest place.</summary>
    /// <returns><see cref="Sectors"/> numbers a point.</returns>
    public float[] Weights(ReadOnlySpan<SpritePoint> points)
    {
        var weights = new float[points.Length * Sectors];
        for (var s = 0; s < Sectors; s++)
        {
            Place[] edge = [.. _sectors[s].Where(place => place.IsEdge)];
            for (var i = 0; i < points.Length && edge.Length > 0; i++)
            {
                var nearest = int.MaxValue;
                foreach (var place in edge)
                {
                    var (dx, dy) = (place.X - points[i].X, place.Y - points[i].Y);
                    nearest = Math.Min(nearest, (dx * dx) + (dy * dy));
                }

                weights[(i * Sectors) + s] = 1 / (nearest + 1f);
            }
        }

        return weights;
    }

    private static Vector128<float> Mean(ColorField picture, int left, int top, Place[] places)
    {
        var pixels = picture.Pixels;
        var sum = Vector128<float>.Zero;
        foreach (var place in places)
        {
            if (picture.At(left + place.X, top + place.Y) is >= 0 and var at)
                sum += pixels[at];
        }

        return sum[3] == 0 ? sum : sum / Vector128.Create(sum[3]);
    }

    /// <summary>Of each place of the template and so many around it: the square of the distance to the nearest covered one, as far as that is within reach.</summary>
    private static int[] Distances(int width, int height, bool[] covered, int reach)
    {
        var (across, down) = (width + (2 * reach), height + (2 * reach));
        var (far, squares) = (reach + 1, new int[across * down]);
        Array.Fill(squares, int.MaxValue);
        var beside = new int[across];
        for (var row = 0; row < height; row++)
        {
            if (!Beside(beside, covered.AsSpan(row * width, width), reach, far))
                continue;
            for (var dy = -reach; dy <= reach; dy++)
            {
                var target = squares.AsSpan((row + reach + dy) * across, across);
                for (var x = 0; x < across; x++)
                    target[x] = beside[x] == far ? target[x] : Math.Min(target[x], (beside[x] * beside[x]) + (dy * dy));
            }
        }

        return squares;
    }

    /// <summary>The distance to the nearest covered place of the row; false where none is covered.</summary>
    private static bool Beside(int[] beside, ReadOnlySpan<bool> row, int reach, int far)
    {
        var any = false;
        var last = far;
        for (var x = 0; x < beside.Length; x++)
        {
            var isCovered = x >= reach && x < reach + row.Length && row[x - reach];
            any |= isCovered;
            last = isCovered ? 0 : Math.Min(far, last + 1);
            beside[x] = last;
        }

        last = far;
        for (var x = beside.Length - 1; x >= 0; x--)
        {
            last = beside[x] == 0 ? 0 : Math.Min(far, last + 1);
            beside[x] = Math.Min(beside[x], last);
        }

        return any;
    }

    private readonly record struct Place(int X, int Y, bool IsEdge);
}
