using SkiaSharp;
using Slipway.Demo.Drawing;

namespace Slipway.Demo.Scenes.Subjects;

/// <summary>A beach ball of six slices, a striped ball or a football with one spot.</summary>
internal static class Ball
{
    public static void Draw(Brush brush, SeededRandom random, SKColor color)
    {
        brush.Circle(0.5, 0.55, 0.42, color);
        var other = random.Chance(0.6) ? Ink.White : color.Darker(0.4);
        if (random.Chance(0.6))
        {
            for (var slice = 0; slice < 3; slice++)
                Slice(brush, slice * 120, other);
            brush.Circle(0.5, 0.55, 0.07, color);
        }
        else
        {
            brush.Segment(0.5, 0.55, 0.42, 0.42, 205, 130, color.Lighter(0.3));
            brush.Box(0.08, 0.47, 0.84, 0.16, other);
        }

        brush.Oval(0.34, 0.32, 0.08, 0.05, Ink.White.Clear(0.8));
    }

    private static void Slice(Brush brush, double from, SKColor color)
    {
        const int steps = 8;
        brush.Polygon(color, [(0.5, 0.55), .. Enumerable.Range(0, steps + 1).Select(i =>
        {
            var angle = (from + (60.0 * i / steps)) * Math.PI / 180;
            return (0.5 + (0.42 * Math.Cos(angle)), 0.55 + (0.42 * Math.Sin(angle)));
        })]);
    }
}
