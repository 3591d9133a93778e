using SkiaSharp;
using Slipway.Demo.Drawing;

namespace Slipway.Demo.Scenes.Subjects;

/// <summary>A spotted mushroom, half of them with a face on the stem.</summary>
internal static class Mushroom
{
    public static void Draw(Brush brush, SeededRandom random, SKColor color)
    {
        var stem = Ink.Hsv(random.Between(36, 48), 0.15, 0.98);
        brush.Box(0.31, 0.45, 0.38, 0.5, stem, 0.15);
        brush.Segment(0.5, 0.54, 0.46, 0.47, 180, 180, color);
        brush.Oval(0.5, 0.54, 0.46, 0.06, color.Darker(0.2));
        var spots = color.Red > 220 && color.Green > 220 ? Ink.Hsv(5, 0.7, 0.9) : Ink.White;
        brush.Circle(0.5, 0.22, 0.1, spots);
        brush.Circle(0.24, 0.38, 0.075, spots);
        brush.Circle(0.76, 0.38, 0.075, spots);
        if (random.Chance(0.5))
            Face.Draw(brush, random, 0.5, 0.7, 0.46);
    }
}
