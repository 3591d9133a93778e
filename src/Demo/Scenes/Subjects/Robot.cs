using SkiaSharp;
using Slipway.Demo.Drawing;

namespace Slipway.Demo.Scenes.Subjects;

/// <summary>A robot with an aerial, a square head and a face.</summary>
internal static class Robot
{
    public static void Draw(Brush brush, SeededRandom random, SKColor color)
    {
        var metal = Ink.Hsv(220, 0.08, random.Between(0.6, 0.85));
        brush.Line(metal.Darker(0.3), 0.05, (0.5, 0.16), (0.5, 0.07));
        brush.Circle(0.5, 0.06, 0.055, Ink.Hsv(random.Between(-10, 60), 0.9, 1));
        brush.Line(metal, 0.1, (0.26, 0.64), (0.1, random.Between(0.5, 0.84)));
        brush.Line(metal, 0.1, (0.74, 0.64), (0.9, random.Between(0.5, 0.84)));
        brush.Box(0.32, 0.84, 0.13, 0.14, metal.Darker(0.25), 0.02);
        brush.Box(0.55, 0.84, 0.13, 0.14, metal.Darker(0.25), 0.02);
        brush.Box(0.26, 0.54, 0.48, 0.34, color.Darker(0.15), 0.05);
        brush.Box(0.36, 0.64, 0.28, 0.14, color.Lighter(0.55), 0.03);
        brush.Box(0.17, 0.13, 0.66, 0.42, color, 0.08);
        Face.Draw(brush, random, 0.5, 0.31, 0.5);
    }
}
