using SkiaSharp;
using Slipway.Demo.Drawing;

namespace Slipway.Demo.Scenes.Subjects;

/// <summary>A penguin with a white belly, a beak and orange feet.</summary>
internal static class Penguin
{
    public static SubjectColor Color(SeededRandom random) => SubjectColor.Random(random, "blue", "blue", "purple", "green", "pink", "red");

    public static void Draw(Brush brush, SeededRandom random, SKColor color)
    {
        var coat = color.Darker(random.Between(0.1, 0.3));
        var beak = Ink.Hsv(random.Between(25, 40), 0.9, 1);
        brush.Oval(0.37, 0.94, 0.12, 0.05, beak);
        brush.Oval(0.63, 0.94, 0.12, 0.05, beak);
        brush.Leaf(coat.Darker(0.2), (0.25, 0.42), (0.08, 0.76), 0.14);
        brush.Leaf(coat.Darker(0.2), (0.75, 0.42), (0.92, 0.76), 0.14);
        brush.Oval(0.5, 0.49, 0.33, 0.46, coat);
        brush.Oval(0.5, 0.64, 0.22, 0.29, Ink.White);
        brush.Circle(0.39, 0.36, 0.15, Ink.White);
        brush.Circle(0.61, 0.36, 0.15, Ink.White);
        Face.Eye(brush, 0.38, 0.34, 0.095, white: false, Ink.Dark);
        Face.Eye(brush, 0.62, 0.34, 0.095, white: false, Ink.Dark);
        brush.Polygon(beak, (0.41, 0.45), (0.59, 0.45), (0.5, 0.57));
    }
}
