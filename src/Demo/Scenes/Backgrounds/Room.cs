using Slipway.Demo.Drawing;

namespace Slipway.Demo.Scenes.Backgrounds;

/// <summary>A wall above a wooden floor, with a window, pictures, furniture or a rug.</summary>
internal static class Room
{
    public static void Draw(Brush brush, SeededRandom random, List<string> tags)
    {
        var floor = random.Between(0.64, 0.72);
        Wall(brush, random, floor);
        Floor(brush, random, floor);
        var left = random.Chance(0.5);
        var window = random.Chance(0.7);
        if (window)
            Window(brush, random, tags, left ? 0.28 : 0.72);
        if (!window || random.Chance(0.5))
            Frame(brush, random, left ? random.Between(0.7, 0.82) : random.Between(0.18, 0.3));
        if (random.Chance(0.7))
            brush.Oval(random.Between(0.35, 0.65), (1 + floor) / 2, random.Between(0.28, 0.38), 0.09, Ink.Hsv(random.Between(0, 360), 0.5, 0.8));
        var side = left ? 0.88 : 0.12;
        if (random.Chance(0.5))
            Lamp(brush, random, side, floor + 0.06);
        else
            Plant(brush, random, side, floor + 0.1);
    }

    private static void Wall(Brush brush, SeededRandom random, double floor)
    {
        var wall = Ink.Hsv(random.Between(0, 360), random.Between(0.2, 0.45), random.Between(0.72, 0.95));
        brush.Gradient(0, 0, 1, floor, wall.Lighter(0.12), wall.Darker(0.12));
        if (random.Chance(0.45))
        {
            for (var x = 0.05; x < 1; x += 0.2)
                brush.Box(x, 0, 0.1, floor, wall.Lighter(0.3).Clear(0.5));
        }

        brush.Box(0, floor - 0.045, 1, 0.05, Ink.Hsv(40, 0.05, 0.97));
    }

    private static void Floor(Brush brush, SeededRandom random, double floor)
    {
        var wood = Ink.Hsv(random.Between(18, 34), random.Between(0.4, 0.6), random.Between(0.5, 0.75));
        brush.Gradient(0, floor, 1, 1 - floor, wood.Darker(0.15), wood.Lighter(0.08));
        for (var board = -6; board <= 6; board++)
            brush.Line(wood.Darker(0.32), 0.014, (0.5 + (board * 0.14), floor + 0.01), (0.5 + (board * 0.25), 1.02));
    }

    private static void Window(Brush brush, SeededRandom random, List<string> tags, double x)
    {
        tags.Add(Tags.Window);
        var (half, top, height) = (random.Between(0.14, 0.19), random.Between(0.1, 0.16), random.Between(0.3, 0.36));
        var night = random.Chance(0.25);
        brush.Box(x - half - 0.03, top - 0.03, (2 * half) + 0.06, height + 0.06, Ink.White);
        if (night)
            brush.Gradient(x - half, top, 2 * half, height, Ink.Hsv(235, 0.7, 0.25), Ink.Hsv(230, 0.5, 0.5));
        else
            brush.Gradient(x - half, top, 2 * half, height, Ink.Hsv(205, 0.55, 1), Ink.Hsv(195, 0.15, 1));
        brush.Box(x - 0.014, top, 0.028, height, Ink.White);
        brush.Box(x - half, top + (height * 0.45), 2 * half, 0.028, Ink.White);
        if (!random.Chance(0.5))
            return;
        var curtain = Ink.Hsv(random.Between(0, 360), 0.55, 0.85);
        brush.Polygon(curtain, (x - half - 0.06, top - 0.05), (x - half + 0.07, top - 0.05), (x - half, top + height + 0.05), (x - half - 0.06, top + height + 0.05));
        brush.Polygon(curtain, (x + half + 0.06, top - 0.05), (x + half - 0.07, top - 0.05), (x + half, top + height + 0.05), (x + half + 0.06, top + height + 0.05));
        brush.Box(x - half - 0.08, top - 0.06, (2 * half) + 0.16, 0.03, curtain.Darker(0.35));
    }

    private static void Frame(Brush brush, SeededRandom random, double x)
    {
        var (half, top, height) = (random.Between(0.1, 0.14), random.Between(0.14, 0.22), random.Between(0.18, 0.24));
        brush.Box(x - half, top, 2 * half, height, Ink.Hsv(random.Between(20, 45), 0.6, random.Between(0.4, 0.7)));
        brush.Gradient(x - half + 0.03, top + 0.03, (2 * half) - 0.06, height - 0.06, Ink.Hsv(random.Between(0, 360), 0.4, 0.95), Ink.Hsv(random.Between(0, 360), 0.5, 0.8));
    }

    private static void Lamp(Brush brush, SeededRandom random, double x, double y)
    {
        brush.Glow(x, y - 0.42, 0.2, 0.2, Ink.Hsv(50, 0.4, 1).Clear(0.5));
        brush.Line(Ink.Hsv(220, 0.1, 0.3), 0.025, (x, y), (x, y - 0.4));
        brush.Line(Ink.Hsv(220, 0.1, 0.3), 0.03, (x - 0.06, y), (x + 0.06, y));
        brush.Polygon(Ink.Hsv(random.Between(0, 60), 0.4, 1), (x - 0.05, y - 0.5), (x + 0.05, y - 0.5), (x + 0.1, y - 0.34), (x - 0.1, y - 0.34));
    }

    private static void Plant(Brush brush, SeededRandom random, double x, double y)
    {
        var green = Ink.Hsv(random.Between(100, 150), 0.55, 0.55);
        foreach (var (dx, dy) in ((double, double)[])[(-0.1, -0.22), (0.1, -0.22), (-0.04, -0.3), (0.05, -0.28), (-0.13, -0.12), (0.13, -0.12)])
            brush.Leaf(dx < 0 ? green : green.Darker(0.15), (x, y - 0.1), (x + dx, y - 0.1 + dy), 0.05);
        brush.Polygon(Ink.Hsv(random.Between(5, 30), 0.6, 0.75), (x - 0.08, y - 0.14), (x + 0.08, y - 0.14), (x + 0.055, y), (x - 0.055, y));
    }
}
