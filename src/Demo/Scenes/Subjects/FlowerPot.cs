using SkiaSharp;
using Slipway.Demo.Drawing;

namespace Slipway.Demo.Scenes.Subjects;

/// <summary>One big flower with two leaves in a pot.</summary>
internal static class FlowerPot
{
    public static void Draw(Brush brush, SeededRandom random, SKColor color)
    {
        var green = Ink.Hsv(random.Between(105, 140), 0.65, 0.55);
        brush.Line(green, 0.06, (0.5, 0.3), (0.5, 0.7));
        brush.Leaf(green, (0.5, 0.66), (0.82, 0.5), 0.12);
        brush.Leaf(green.Darker(0.15), (0.5, 0.66), (0.18, 0.5), 0.12);
        Terrain.Flower(brush, 0.5, 0.27, 0.24, color, Ink.Hsv(48, 0.8, 1));
        if (random.Chance(0.4))
            Face.Draw(brush, random, 0.5, 0.25, 0.32);
        var pot = Ink.Hsv(random.Between(8, 28), 0.65, random.Between(0.6, 0.85));
        brush.Polygon(pot, (0.27, 0.7), (0.73, 0.7), (0.65, 0.98), (0.35, 0.98));
        brush.Box(0.23, 0.64, 0.54, 0.12, pot.Darker(0.18), 0.02);
    }
}
