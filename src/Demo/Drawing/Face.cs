using SkiaSharp;

namespace Slipway.Demo.Drawing;

/// <summary>Two big eyes with highlights and a mouth, in a box <c>width</c> wide around a point.</summary>
internal static class Face
{
    public static void Draw(Brush brush, SeededRandom random, double x, double y, double width)
    {
        var apart = width * random.Between(0.26, 0.32);
        var radius = width * random.Between(0.15, 0.18);
        var white = random.Chance(0.45);
        var ink = random.Chance(0.8) ? Ink.Dark : Ink.Hsv(random.Between(0, 360), 0.8, 0.35);
        Eye(brush, x - apart, y, radius, white, ink);
        Eye(brush, x + apart, y, radius, white, ink);
        if (random.Chance(0.5))
            Cheeks(brush, x, y + (width * 0.24), apart * 1.55, width * 0.1, Ink.Hsv(random.Between(335, 360), 0.5, 1));
        Mouth(brush, random, x, y + (width * 0.22), width, ink);
    }

    public static void Eye(Brush brush, double x, double y, double radius, bool white, SKColor ink)
    {
        if (white)
            brush.Circle(x, y, radius * 1.25, Ink.White);
        brush.Oval(x, y, radius * (white ? 0.75 : 0.9), radius * (white ? 0.85 : 1.1), ink);
        brush.Circle(x + (radius * 0.25), y - (radius * 0.4), radius * 0.36, Ink.White);
    }

    private static void Cheeks(Brush brush, double x, double y, double apart, double radius, SKColor color)
    {
        brush.Oval(x - apart, y, radius, radius * 0.75, color);
        brush.Oval(x + apart, y, radius, radius * 0.75, color);
    }

    private static void Mouth(Brush brush, SeededRandom random, double x, double y, double width, SKColor ink)
    {
        var half = width * random.Between(0.13, 0.22);
        switch (random.Count(0, 3))
        {
            case 0:
                brush.Segment(x, y, half, half * 1.2, 0, 180, ink);
                break;
            case 1:
                brush.Oval(x, y + (half * 0.5), half * 0.55, half * 0.7, ink);
                break;
            default:
                brush.Arc(x, y - (half * 0.2), half, half * 0.9, 20, 140, width * 0.075, ink);
                break;
        }
    }
}
