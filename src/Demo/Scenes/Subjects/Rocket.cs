using SkiaSharp;
using Slipway.Demo.Drawing;

namespace Slipway.Demo.Scenes.Subjects;

/// <summary>A rocket with a porthole, three fins and a flame.</summary>
internal static class Rocket
{
    public static void Draw(Brush brush, SeededRandom random, SKColor color)
    {
        var body = random.Chance(0.6) ? Ink.Hsv(220, 0.05, 0.97) : color.Lighter(0.55);
        if (random.Chance(0.75))
        {
            brush.Leaf(Ink.Hsv(18, 0.9, 1), (0.5, 0.7), (0.5, 1.02), 0.16);
            brush.Leaf(Ink.Hsv(48, 0.75, 1), (0.5, 0.7), (0.5, 0.94), 0.08);
        }

        brush.Polygon(color.Darker(0.15), (0.34, 0.48), (0.34, 0.76), (0.14, 0.86), (0.18, 0.62));
        brush.Polygon(color.Darker(0.15), (0.66, 0.48), (0.66, 0.76), (0.86, 0.86), (0.82, 0.62));
        brush.Leaf(color, (0.5, 0), (0.5, 0.8), 0.38);
        brush.Box(0.31, 0.3, 0.38, 0.46, body, 0.06);
        brush.Circle(0.5, 0.45, 0.12, color.Darker(0.35));
        brush.Circle(0.5, 0.45, 0.08, Ink.Hsv(200, 0.45, 1));
        brush.Box(0.31, 0.66, 0.38, 0.1, color);
    }
}
