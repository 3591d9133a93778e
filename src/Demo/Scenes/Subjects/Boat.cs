using SkiaSharp;
using Slipway.Demo.Drawing;

namespace Slipway.Demo.Scenes.Subjects;

/// <summary>A rowing boat, a sailing boat or a steamer; a boat never has a face.</summary>
internal static class Boat
{
    public static void Draw(Brush brush, SeededRandom random, SKColor color)
    {
        switch (random.Count(0, 2))
        {
            case 0:
                Rowing(brush, color);
                break;
            case 1:
                Sailing(brush, random, color);
                break;
            default:
                Steamer(brush, random, color);
                break;
        }
    }

    private static void Hull(Brush brush, double top, SKColor color)
    {
        brush.Polygon(color, (0.04, top), (0.97, top), (0.82, 0.92), (0.18, 0.92));
        brush.Polygon(color.Darker(0.3), (0.115, top + ((0.92 - top) * 0.55)), (0.89, top + ((0.92 - top) * 0.55)), (0.82, 0.92), (0.18, 0.92));
    }

    private static void Rowing(Brush brush, SKColor color)
    {
        brush.Line(Ink.Hsv(32, 0.55, 0.6), 0.05, (0.6, 0.42), (0.3, 0.95));
        Hull(brush, 0.6, color);
        brush.Box(0.03, 0.56, 0.95, 0.08, color.Lighter(0.4), 0.03);
        brush.Line(Ink.Hsv(32, 0.55, 0.6), 0.05, (0.45, 0.42), (0.68, 0.95));
        brush.Oval(0.7, 0.94, 0.06, 0.05, Ink.Hsv(32, 0.55, 0.6));
    }

    private static void Sailing(Brush brush, SeededRandom random, SKColor color)
    {
        var sail = Ink.Hsv(random.Between(0, 360), random.Between(0.2, 0.7), 1);
        brush.Line(Ink.Hsv(28, 0.5, 0.45), 0.045, (0.5, 0.06), (0.5, 0.72));
        brush.Polygon(sail, (0.55, 0.08), (0.9, 0.6), (0.55, 0.6));
        brush.Polygon(sail.Darker(0.2), (0.45, 0.16), (0.45, 0.6), (0.16, 0.6));
        Hull(brush, 0.68, color);
    }

    private static void Steamer(Brush brush, SeededRandom random, SKColor color)
    {
        var funnel = Ink.Hsv(random.Between(0, 360), 0.75, 0.9);
        brush.Circle(0.36, 0.1, 0.07, Ink.Hsv(0, 0, 0.85));
        brush.Circle(0.25, 0.06, 0.06, Ink.Hsv(0, 0, 0.9));
        brush.Box(0.4, 0.16, 0.16, 0.26, funnel);
        brush.Box(0.4, 0.22, 0.16, 0.07, Ink.White);
        brush.Box(0.24, 0.4, 0.52, 0.24, Ink.Hsv(40, 0.05, 0.98), 0.02);
        for (var x = 0.29; x < 0.7; x += 0.15)
            brush.Box(x, 0.46, 0.1, 0.1, Ink.Hsv(205, 0.6, 0.85), 0.02);
        Hull(brush, 0.62, color);
    }
}
