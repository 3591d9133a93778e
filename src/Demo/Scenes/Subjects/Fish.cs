using SkiaSharp;
using Slipway.Demo.Drawing;

namespace Slipway.Demo.Scenes.Subjects;

/// <summary>A fish from the side with a fan tail and stripes.</summary>
internal static class Fish
{
    public static void Draw(Brush brush, SeededRandom random, SKColor color)
    {
        var fin = random.Chance(0.5) ? color.Darker(0.3) : Ink.Hsv(random.Between(0, 360), 0.7, 0.95);
        var stripe = random.Chance(0.6) ? Ink.White : fin.Lighter(0.3);
        brush.Polygon(fin, (0.3, 0.5), (0.02, 0.22), (0.08, 0.5), (0.02, 0.78));
        brush.Polygon(fin, (0.38, 0.3), (0.5, 0.1), (0.72, 0.3));
        brush.Polygon(fin, (0.45, 0.72), (0.5, 0.9), (0.64, 0.72));
        brush.Oval(0.58, 0.5, 0.38, 0.27, color);
        var stripes = random.Count(0, 2);
        for (var i = 0; i < stripes; i++)
            brush.Oval(0.5 - (i * 0.16), 0.5, 0.045, 0.24 - (i * 0.06), stripe);
        Face.Eye(brush, 0.76, 0.42, 0.1, white: true, Ink.Dark);
        brush.Arc(0.86, 0.53, 0.09, 0.09, 70, 90, 0.05, Ink.Dark);
    }
}
