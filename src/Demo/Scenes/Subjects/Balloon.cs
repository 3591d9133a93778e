using SkiaSharp;
using Slipway.Demo.Drawing;

namespace Slipway.Demo.Scenes.Subjects;

/// <summary>A toy balloon on a string, or a hot-air balloon with a basket.</summary>
internal static class Balloon
{
    public static void Draw(Brush brush, SeededRandom random, SKColor color)
    {
        if (random.Chance(0.5))
            Toy(brush, color);
        else
            HotAir(brush, random, color);
    }

    private static void Toy(Brush brush, SKColor color)
    {
        brush.Bow(Ink.Dark, 0.035, (0.5, 0.68), (0.62, 0.82), (0.5, 0.98));
        brush.Polygon(color.Darker(0.2), (0.5, 0.62), (0.58, 0.73), (0.42, 0.73));
        brush.Oval(0.5, 0.35, 0.29, 0.34, color);
        brush.Oval(0.4, 0.22, 0.06, 0.09, color.Lighter(0.65));
    }

    private static void HotAir(Brush brush, SeededRandom random, SKColor color)
    {
        var stripe = random.Chance(0.5) ? Ink.White : Ink.Hsv(random.Between(0, 360), 0.7, 1);
        brush.Line(Ink.Dark, 0.03, (0.3, 0.6), (0.43, 0.85));
        brush.Line(Ink.Dark, 0.03, (0.7, 0.6), (0.57, 0.85));
        brush.Polygon(color.Darker(0.1), (0.17, 0.5), (0.83, 0.5), (0.62, 0.74), (0.38, 0.74));
        brush.Oval(0.5, 0.37, 0.37, 0.35, color);
        brush.Oval(0.5, 0.37, 0.2, 0.35, stripe);
        brush.Oval(0.5, 0.37, 0.08, 0.35, color);
        brush.Box(0.39, 0.82, 0.22, 0.17, Ink.Hsv(28, 0.6, 0.55), 0.03);
    }
}
