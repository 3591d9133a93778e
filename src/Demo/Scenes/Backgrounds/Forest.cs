using SkiaSharp;
using Slipway.Demo.Drawing;

namespace Slipway.Demo.Scenes.Backgrounds;

/// <summary>Trunks and crowns from edge to edge, light between them, at times a path.</summary>
internal static class Forest
{
    public static void Draw(Brush brush, SeededRandom random, List<string> tags)
    {
        var hour = random.Chance(0.7) ? Hour.Day : Hour.Night;
        tags.AddRange([Tags.Tree, Tags.Grass, hour == Hour.Day ? Tags.Day : Tags.Night]);
        var hue = random.Between(85, 150);
        var ground = random.Between(0.62, 0.72);
        var firs = random.Chance(0.45);
        brush.Gradient(0, 0, 1, ground + 0.1, Ink.Hsv(hue - 15, 0.35, 0.72).At(hour), Ink.Hsv(hue - 30, 0.22, 0.95).At(hour));
        brush.Glow(random.Between(0.3, 0.7), ground - 0.15, 0.35, 0.3, Ink.Hsv(60, 0.25, 1).Clear(hour == Hour.Day ? 0.6 : 0.12));
        Row(brush, random, firs, ground - 0.02, 6, 0.55, Ink.Hsv(hue, 0.4, 0.6).At(hour), hour);
        Floor(brush, random, ground, hue, hour);
        Row(brush, random, firs, ground + 0.04, 5, 0.72, Ink.Hsv(hue, 0.58, 0.44).At(hour), hour);
        var near = Ink.Hsv(hue + 5, 0.65, 0.34).At(hour);
        Tree(brush, random, firs, random.Between(0, 0.07), ground + 0.18, 1.0, near, hour);
        Tree(brush, random, firs, random.Between(0.93, 1), ground + 0.18, 1.0, near, hour);
    }

    private static void Row(Brush brush, SeededRandom random, bool firs, double y, int count, double height, SKColor leaves, Hour hour)
    {
        for (var i = 0; i < count; i++)
        {
            var x = (i + random.Between(0.2, 0.8)) / count;
            Tree(brush, random, firs, x, y, height * random.Between(0.88, 1.1), leaves.Lighter(random.Between(0, 0.12)), hour);
        }
    }

    private static void Tree(Brush brush, SeededRandom random, bool fir, double x, double y, double height, SKColor leaves, Hour hour)
    {
        var trunk = Ink.Hsv(random.Between(18, 32), 0.5, 0.42).At(hour);
        if (fir)
        {
            Terrain.Fir(brush, x, y, height, leaves, trunk);
            return;
        }

        brush.Line(trunk, height * 0.085, (x, y - 0.02), (x, y - (height * 0.6)));
        brush.Circle(x - (height * 0.13), y - (height * 0.7), height * 0.19, leaves.Darker(0.12));
        brush.Circle(x + (height * 0.13), y - (height * 0.74), height * 0.2, leaves.Darker(0.06));
        brush.Circle(x, y - (height * 0.86), height * 0.19, leaves.Lighter(0.08));
    }

    private static void Floor(Brush brush, SeededRandom random, double ground, double hue, Hour hour)
    {
        var grass = Ink.Hsv(hue - 5, 0.5, 0.52).At(hour);
        brush.Land(Terrain.Ridge(random, ground, 0.015), grass.Lighter(0.15), grass.Darker(0.25));
        if (!random.Chance(0.55))
            return;
        var (far, near) = (random.Between(0.42, 0.58), random.Between(0.3, 0.7));
        var path = Ink.Hsv(random.Between(28, 42), 0.35, 0.72).At(hour);
        brush.Polygon(path, (far - 0.04, ground + 0.01), (far + 0.04, ground + 0.01), (near + 0.24, 1), (near - 0.24, 1));
    }
}
