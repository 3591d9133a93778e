using SkiaSharp;
using Slipway.Demo.Drawing;

namespace Slipway.Demo.Scenes.Subjects;

/// <summary>A sitting cat with a big head and pointed ears.</summary>
internal static class Cat
{
    public static SubjectColor Color(SeededRandom random) => SubjectColor.Random(random, "orange", "white", "yellow", "blue", "pink", "purple");

    public static void Draw(Brush brush, SeededRandom random, SKColor color)
    {
        var belly = color.Lighter(0.55);
        brush.Bow(color.Darker(0.18), 0.1, (0.68, 0.9), (1.02, 0.9), (0.86, 0.58));
        brush.Oval(0.5, 0.78, 0.25, 0.21, color);
        brush.Oval(0.5, 0.82, 0.13, 0.14, belly);
        Ear(brush, 0.27, -1, color);
        Ear(brush, 0.73, 1, color);
        brush.Oval(0.5, 0.4, 0.37, 0.29, color);
        brush.Oval(0.38, 0.96, 0.1, 0.05, belly);
        brush.Oval(0.62, 0.96, 0.1, 0.05, belly);
        Face.Draw(brush, random, 0.5, 0.38, 0.6);
        brush.Polygon(Ink.Hsv(345, 0.5, 0.95), (0.45, 0.44), (0.55, 0.44), (0.5, 0.49));
    }

    private static void Ear(Brush brush, double x, int side, SKColor color)
    {
        brush.Polygon(color, (x + (side * 0.08), 0.02), (x + (side * 0.09), 0.36), (x - (side * 0.15), 0.2));
        brush.Polygon(Ink.Hsv(345, 0.4, 1), (x + (side * 0.055), 0.09), (x + (side * 0.055), 0.28), (x - (side * 0.07), 0.18));
    }
}
