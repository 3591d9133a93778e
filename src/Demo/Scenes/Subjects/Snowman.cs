using SkiaSharp;
using Slipway.Demo.Drawing;

namespace Slipway.Demo.Scenes.Subjects;

/// <summary>Two snowballs with a scarf, a hat, a carrot and a face.</summary>
internal static class Snowman
{
    public static SubjectColor Color(SeededRandom random) => SubjectColor.Random(random, "white");

    public static void Draw(Brush brush, SeededRandom random, SKColor color)
    {
        var cloth = Ink.Hsv(random.Between(0, 360), 0.8, 0.85);
        var shade = color.Mix(Ink.Hsv(215, 0.4, 0.8), 0.35);
        brush.Line(Ink.Hsv(25, 0.5, 0.4), 0.05, (0.25, 0.66), (0.03, 0.48));
        brush.Line(Ink.Hsv(25, 0.5, 0.4), 0.05, (0.75, 0.66), (0.97, 0.48));
        brush.Oval(0.5, 0.75, 0.32, 0.23, shade);
        brush.Oval(0.47, 0.73, 0.27, 0.19, color);
        brush.Circle(0.5, 0.36, 0.25, shade);
        brush.Circle(0.48, 0.35, 0.225, color);
        brush.Box(0.27, 0.54, 0.46, 0.09, cloth, 0.04);
        brush.Box(0.58, 0.56, 0.11, 0.24, cloth.Darker(0.15), 0.03);
        if (random.Chance(0.7))
        {
            brush.Box(0.33, 0.0, 0.34, 0.16, Ink.Dark, 0.02);
            brush.Box(0.23, 0.13, 0.54, 0.06, Ink.Dark, 0.02);
        }

        Face.Eye(brush, 0.39, 0.31, 0.075, white: false, Ink.Dark);
        Face.Eye(brush, 0.61, 0.31, 0.075, white: false, Ink.Dark);
        brush.Polygon(Ink.Hsv(26, 0.9, 1), (0.48, 0.36), (0.48, 0.44), (0.72, 0.42));
        brush.Circle(0.48, 0.74, 0.04, Ink.Dark);
    }
}
