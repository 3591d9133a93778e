using SkiaSharp;
using Slipway.Demo.Drawing;

namespace Slipway.Demo.Scenes.Subjects;

/// <summary>A bath duck from the side.</summary>
internal static class Duck
{
    public static SubjectColor Color(SeededRandom random) => SubjectColor.Random(random, "yellow", "yellow", "white", "pink", "blue", "green");

    public static void Draw(Brush brush, SeededRandom random, SKColor color)
    {
        var beak = Ink.Hsv(random.Between(18, 32), 0.9, 1);
        brush.Polygon(color, (0.02, 0.52), (0.3, 0.56), (0.2, 0.85));
        brush.Oval(0.47, 0.74, 0.38, 0.23, color);
        brush.Polygon(beak, (0.84, 0.26), (1, 0.37), (0.82, 0.45));
        brush.Circle(0.65, 0.34, 0.25, color);
        brush.Leaf(color.Darker(0.2), (0.2, 0.68), (0.58, 0.72), 0.2, -0.06);
        Face.Eye(brush, 0.72, 0.29, 0.1, random.Chance(0.5), Ink.Dark);
        brush.Oval(0.66, 0.46, 0.07, 0.045, Ink.Hsv(350, 0.45, 1));
    }
}
