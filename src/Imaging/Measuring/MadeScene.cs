using Slipway.Imaging.Compositing;
using Slipway.Imaging.Pictures;

namespace Slipway.Imaging.Measuring;

/// <summary>
/// Pictures without a subject, drawn by arithmetic from a seed: sky and ground, hills, discs, peaks, blocks, trunks, blobs, stripes, and the grain of a
/// photograph. What a sprite is calibrated on holds as many plain shapes as scenes do, and needs no model.
/// </summary>
internal static class MadeScene
{
    private const int MostShapes = 14;

    /// <summary>The picture of a seed: the same on every machine.</summary>
    public static Picture Draw(int size, ulong seed)
    {
        var draws = new SeededDraws(seed);
        var canvas = new float[size * size * 3];
        Ground(canvas, size, draws);
        var shapes = (int)draws.Between(2, MostShapes + 1);
        for (var i = 0; i < shapes; i++)
            Shape(canvas, size, draws);
        return Grain(canvas, size, draws);
    }

    private static void Ground(float[] canvas, int size, SeededDraws draws)
    {
        var (above, below, ground, deep) = (Color(draws), Color(draws), Color(draws), Color(draws));
        var horizon = draws.Between(0.25, 1.15);
        var (height, waves, phase) = (draws.Between(0, 0.12), draws.Between(1, 9), draws.Between(0, 6.28));
        for (var y = 0; y < size; y++)
        {
            for (var x = 0; x < size; x++)
            {
                var (u, v) = ((x + 0.5) / size, (y + 0.5) / size);
                var edge = horizon + (height * Wave((u * waves) + phase));
                var isSky = v < edge;
                var share = (float)(isSky ? v / edge : (v - edge) / Math.Max(0.01, 1 - edge));
                for (var c = 0; c < 3; c++)
                    canvas[(((y * size) + x) * 3) + c] = isSky ? Mix(above[c], below[c], share) : Mix(ground[c], deep[c], share);
            }
        }
    }

    private static void Shape(float[] canvas, int size, SeededDraws draws)
    {
        var kind = (int)draws.Between(0, 6);
        var (middleX, middleY) = (draws.Between(0, 1), draws.Between(0, 1));
        var (width, height) = (draws.Between(0.04, 0.4), draws.Between(0.04, 0.5));
        if (kind == 3)
            width = draws.Between(0.02, 0.08);
        var (color, other) = (Color(draws), Color(draws));
        var (opacity, phase, lobes) = ((float)draws.Between(0.5, 1), draws.Between(0, 6.28), Math.Floor(draws.Between(2, 7)));
        for (var y = 0; y < size; y++)
        {
            for (var x = 0; x < size; x++)
            {
                var (u, v) = ((((x + 0.5) / size) - middleX) / width, (((y + 0.5) / size) - middleY) / height);
                var inside = kind switch
                {
                    0 => 1 - Math.Sqrt((u * u) + (v * v)),                                    // disc
                    1 => Math.Min((v + 1) * 0.5, 1 - v) - Math.Abs(u),                        // peak
                    2 or 3 => 1 - Math.Max(Math.Abs(u), Math.Abs(v)),                         // block, trunk
                    4 => 0.75 + (0.25 * Wave((lobes * Angle(u, v)) + phase)) - Math.Sqrt((u * u) + (v * v)), // blob, flower
                    _ => Math.Max(Math.Abs(u), Math.Abs(v)) < 1 ? Wave((u * 9) + phase) : -1, // stripes
                };
                var cover = opacity * (float)Math.Clamp((inside * Math.Min(width, height) * size) + 0.5, 0, 1);
                for (var c = 0; c < 3 && cover > 0; c++)
                {
                    var at = (((y * size) + x) * 3) + c;
                    canvas[at] = Mix(canvas[at], Mix(color[c], other[c], (float)Math.Clamp((v + 1) / 2, 0, 1) * 0.5f), cover);
                }
            }
        }
    }

    private static Picture Grain(float[] canvas, int size, SeededDraws draws)
    {
        var strength = draws.Between(0, 14);
        var picture = new Picture(size, size);
        for (var i = 0; i < size * size; i++)
        {
            var grain = draws.Between(-strength, strength);
            for (var c = 0; c < 3; c++)
                picture.Pixels[(i * 4) + c] = (byte)Math.Clamp(canvas[(i * 3) + c] + grain + draws.Between(-strength / 3, strength / 3), 0, 255);
            picture.Pixels[(i * 4) + 3] = 255;
        }

        return picture;
    }

    private static float[] Color(SeededDraws draws)
    {
        // Half of them are shades of one hue, as most of a scene is; the others anything.
        var light = draws.Between(10, 250);
        var spread = draws.Between(0, 1) < 0.5 ? 40 : 130;
        return [.. Enumerable.Range(0, 3).Select(_ => (float)Math.Clamp(light + draws.Between(-spread, spread), 0, 255))];
    }

    private static float Mix(float first, float second, float share) => first + ((second - first) * share);

    /// <summary>A wave of period 2π between −1 and 1, of parabolas: the same bits everywhere, which a sine is not.</summary>
    private static double Wave(double angle)
    {
        var turn = (angle / (2 * Math.PI)) - Math.Floor(angle / (2 * Math.PI));
        var half = turn < 0.5 ? turn : turn - 0.5;
        var arch = 16 * half * (0.5 - half);
        return turn < 0.5 ? arch : -arch;
    }

    /// <summary>An angle from 0 to 2π that grows around the middle, by quarters' ratios instead of an arc tangent.</summary>
    private static double Angle(double u, double v)
    {
        var sum = Math.Abs(u) + Math.Abs(v);
        if (sum == 0)
            return 0;
        var ratio = v / sum;
        return Math.PI / 2 * (u >= 0 ? (v >= 0 ? ratio : 4 + ratio) : 2 - ratio);
    }
}
