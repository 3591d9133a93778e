using SkiaSharp;
using Slipway.Demo.Drawing;

namespace Slipway.Demo.Scenes.Subjects;

/// <summary>A ghost with a wavy hem and a face.</summary>
internal static class Ghost
{
    public static SubjectColor Color(SeededRandom random) => SubjectColor.Random(random, "white", "white", "purple", "blue", "pink", "green");

    public static void Draw(Brush brush, SeededRandom random, SKColor color)
    {
        brush.Oval(0.14, 0.56, 0.1, 0.07, color);
        brush.Oval(0.86, 0.56, 0.1, 0.07, color);
        brush.Box(0.18, 0.06, 0.64, 0.78, color, 0.3);
        for (var foot = 0; foot < 3; foot++)
            brush.Circle(0.2867 + (foot * 0.2133), 0.85, 0.107, color);
        brush.Box(0.18, 0.5, 0.64, 0.34, color);
        Face.Draw(brush, random, 0.5, 0.38, 0.54);
    }
}
