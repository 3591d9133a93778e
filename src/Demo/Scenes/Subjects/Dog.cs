using SkiaSharp;
using Slipway.Demo.Drawing;

namespace Slipway.Demo.Scenes.Subjects;

/// <summary>A dog's big head with hanging ears on a small body.</summary>
internal static class Dog
{
    public static SubjectColor Color(SeededRandom random) => SubjectColor.Random(random, "orange", "white", "yellow", "blue", "pink");

    public static void Draw(Brush brush, SeededRandom random, SKColor color)
    {
        var ears = random.Chance(0.6) ? color.Darker(0.45) : Ink.Hsv(25, 0.6, 0.5);
        brush.Bow(color.Darker(0.15), 0.09, (0.7, 0.88), (0.95, 0.84), (0.92, 0.62));
        brush.Oval(0.5, 0.8, 0.25, 0.19, color);
        brush.Oval(0.37, 0.95, 0.11, 0.055, color.Lighter(0.4));
        brush.Oval(0.63, 0.95, 0.11, 0.055, color.Lighter(0.4));
        brush.Box(0.18, 0.08, 0.64, 0.6, color, 0.27);
        brush.Oval(0.17, 0.36, 0.115, 0.25, ears);
        brush.Oval(0.83, 0.36, 0.115, 0.25, ears);
        brush.Oval(0.5, 0.52, 0.2, 0.14, Ink.White);
        var white = random.Chance(0.4);
        Face.Eye(brush, 0.35, 0.31, 0.095, white, Ink.Dark);
        Face.Eye(brush, 0.65, 0.31, 0.095, white, Ink.Dark);
        brush.Oval(0.5, 0.45, 0.085, 0.06, Ink.Dark);
        brush.Segment(0.5, 0.56, 0.1, 0.12, 0, 180, Ink.Hsv(350, 0.65, 0.95));
        brush.Box(0.33, 0.67, 0.34, 0.06, Ink.Hsv(random.Between(0, 360), 0.8, 0.9), 0.03);
    }
}
