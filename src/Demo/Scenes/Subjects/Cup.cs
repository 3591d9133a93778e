using SkiaSharp;
using Slipway.Demo.Drawing;

namespace Slipway.Demo.Scenes.Subjects;

/// <summary>A mug with a handle and steam, half of them with a face.</summary>
internal static class Cup
{
    public static void Draw(Brush brush, SeededRandom random, SKColor color)
    {
        if (random.Chance(0.5))
        {
            brush.Bow(Ink.White.Clear(0.8), 0.05, (0.35, 0.22), (0.28, 0.12), (0.37, 0.02));
            brush.Bow(Ink.White.Clear(0.8), 0.05, (0.55, 0.22), (0.48, 0.12), (0.57, 0.02));
        }

        brush.Ring(0.76, 0.6, 0.15, 0.085, color.Darker(0.15));
        brush.Box(0.14, 0.3, 0.62, 0.66, color, 0.1);
        brush.Oval(0.45, 0.32, 0.31, 0.075, color.Lighter(0.4));
        brush.Oval(0.45, 0.33, 0.25, 0.05, Ink.Hsv(22, 0.65, 0.4));
        if (random.Chance(0.5))
            Face.Draw(brush, random, 0.45, 0.6, 0.5);
        else
            brush.Box(0.14, 0.56, 0.62, 0.16, color.Lighter(0.65));
    }
}
