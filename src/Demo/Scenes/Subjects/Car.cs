using SkiaSharp;
using Slipway.Demo.Drawing;

namespace Slipway.Demo.Scenes.Subjects;

/// <summary>A car, a van or a pick-up from the side.</summary>
internal static class Car
{
    public static void Draw(Brush brush, SeededRandom random, SKColor color)
    {
        var glass = Ink.Hsv(200, 0.3, 1);
        if (random.Chance(0.65))
        {
            brush.Polygon(color, (0.2, 0.56), (0.32, 0.3), (0.68, 0.3), (0.83, 0.56));
            brush.Polygon(glass, (0.28, 0.54), (0.36, 0.36), (0.48, 0.36), (0.48, 0.54));
            brush.Polygon(glass, (0.53, 0.54), (0.53, 0.36), (0.65, 0.36), (0.75, 0.54));
            brush.Box(0.03, 0.52, 0.94, 0.27, color, 0.09);
        }
        else
        {
            brush.Box(0.05, 0.26, 0.9, 0.53, color, 0.1);
            brush.Box(0.13, 0.34, 0.2, 0.17, glass, 0.03);
            brush.Box(0.39, 0.34, 0.2, 0.17, glass, 0.03);
            brush.Box(0.65, 0.34, 0.23, 0.17, glass, 0.03);
        }

        brush.Box(0.04, 0.66, 0.92, 0.08, color.Darker(0.25));
        brush.Circle(0.92, 0.6, 0.045, Ink.Hsv(50, 0.5, 1));
        Wheel(brush, 0.26);
        Wheel(brush, 0.74);
    }

    private static void Wheel(Brush brush, double x)
    {
        brush.Circle(x, 0.79, 0.145, Ink.Dark);
        brush.Circle(x, 0.79, 0.065, Ink.Hsv(0, 0, 0.85));
    }
}
