using Slipway.Demo.Drawing;

namespace Slipway.Demo.Scenes.Backgrounds;

/// <summary>Deepening blue with rays of light, bubbles, a sandy bottom, seaweed and corals.</summary>
internal static class Underwater
{
    public static void Draw(Brush brush, SeededRandom random, List<string> tags)
    {
        tags.AddRange([Tags.Ocean, Tags.Sand]);
        var hue = random.Between(180, 218);
        brush.Gradient(0, 0, 1, 1, Ink.Hsv(hue - 10, 0.5, 0.95), Ink.Hsv(hue, 0.78, 0.72), Ink.Hsv(hue + 14, 0.85, 0.42));
        Rays(brush, random);
        var rock = Ink.Hsv(hue + 15, 0.45, 0.36);
        if (random.Chance(0.5))
            brush.Oval(random.Pick(0.1, 0.9), 0.86, random.Between(0.16, 0.28), random.Between(0.12, 0.24), rock);
        var sand = Ink.Hsv(random.Between(36, 50), 0.36, 0.86).Mix(Ink.Hsv(hue, 0.6, 0.7), 0.25);
        brush.Land(Terrain.Ridge(random, random.Between(0.8, 0.86), 0.025), sand.Lighter(0.15), sand.Darker(0.2));
        var left = random.Count(1, 3);
        for (var i = 0; i < left; i++)
            Growth(brush, random, random.Between(0.05, 0.26));
        var right = random.Count(1, 3);
        for (var i = 0; i < right; i++)
            Growth(brush, random, random.Between(0.74, 0.95));
        Bubbles(brush, random);
    }

    private static void Rays(Brush brush, SeededRandom random)
    {
        var (count, lean) = (random.Count(2, 4), random.Between(-0.3, 0.3));
        for (var i = 0; i < count; i++)
        {
            var (x, width) = ((i + random.Between(0.2, 0.8)) / count, random.Between(0.06, 0.12));
            brush.Polygon(Ink.White.Clear(0.2), (x, -0.02), (x + width, -0.02), (x + (width * 2.2) + lean, 0.9), (x - (width * 0.4) + lean, 0.9));
        }
    }

    private static void Growth(Brush brush, SeededRandom random, double x)
    {
        var foot = random.Between(0.88, 0.97);
        if (random.Chance(0.68))
            Seaweed(brush, random, x, foot);
        else
            Coral(brush, random, x, foot);
    }

    private static void Seaweed(Brush brush, SeededRandom random, double x, double foot)
    {
        var (height, phase) = (random.Between(0.28, 0.5), random.Between(0, 6.28));
        var color = Ink.Hsv(random.Between(90, 165), 0.7, random.Between(0.5, 0.75));
        brush.Line(color, random.Between(0.035, 0.05), [.. Enumerable.Range(0, 13).Select(i =>
            (x + (0.03 * Math.Sin((i * 0.85) + phase)), foot - (height * i / 12)))]);
    }

    private static void Coral(Brush brush, SeededRandom random, double x, double foot)
    {
        var color = Ink.Hsv(random.Pick(random.Between(335, 375), random.Between(15, 40), random.Between(270, 300)), 0.6, 0.95);
        var height = random.Between(0.16, 0.26);
        brush.Line(color, 0.042, (x, foot), (x, foot - height));
        brush.Line(color, 0.036, (x, foot - (height * 0.3)), (x - 0.085, foot - (height * 0.6)), (x - 0.085, foot - (height * 0.9)));
        brush.Line(color, 0.036, (x, foot - (height * 0.45)), (x + 0.085, foot - (height * 0.7)), (x + 0.085, foot - height));
    }

    private static void Bubbles(Brush brush, SeededRandom random)
    {
        var count = random.Count(4, 9);
        for (var i = 0; i < count; i++)
        {
            var (x, y, radius) = (random.Between(0.05, 0.95), random.Between(0.06, 0.75), random.Between(0.022, 0.042));
            brush.Circle(x, y, radius, Ink.White.Clear(0.25));
            brush.Ring(x, y, radius, 0.015, Ink.White.Clear(0.85));
        }
    }
}
