using SkiaSharp;
using Slipway.Demo.Drawing;

namespace Slipway.Demo.Scenes.Subjects;

/// <summary>A small house with a roof, a door and windows.</summary>
internal static class House
{
    public static void Draw(Brush brush, SeededRandom random, SKColor color)
    {
        var wall = Ink.Hsv(random.Between(20, 60), random.Between(0.08, 0.35), random.Between(0.88, 1));
        brush.Box(0.66, 0.1, 0.12, 0.25, Ink.Hsv(12, 0.55, 0.6));
        brush.Box(0.14, 0.44, 0.72, 0.52, wall);
        brush.Polygon(color, (0.5, 0.06), (0.98, 0.48), (0.02, 0.48));
        brush.Polygon(color.Darker(0.25), (0.06, 0.45), (0.94, 0.45), (0.98, 0.5), (0.02, 0.5));
        var door = Ink.Hsv(random.Between(0, 360), 0.6, 0.55);
        var middle = random.Chance(0.5);
        brush.Box(middle ? 0.4 : 0.56, 0.64, 0.2, 0.32, door, 0.02);
        foreach (var x in middle ? (double[])[0.2, 0.66] : [0.24])
        {
            var width = middle ? 0.14 : 0.24;
            brush.Box(x - 0.015, 0.585, width + 0.03, 0.19, Ink.White);
            brush.Box(x + 0.01, 0.61, width - 0.02, 0.14, Ink.Hsv(203, 0.55, 0.95));
        }
    }
}
