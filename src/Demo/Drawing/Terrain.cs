using SkiaSharp;

namespace Slipway.Demo.Drawing;

/// <summary>What several landscapes share: rolling ridges, trees, cactuses, flowers and seaweed.</summary>
internal static class Terrain
{
    /// <summary>A gently rolling line around <paramref name="level"/>: two sines of random phase.</summary>
    public static Func<double, double> Ridge(SeededRandom random, double level, double height)
    {
        var (first, second) = (random.Between(0, 6.28), random.Between(0, 6.28));
        var (slow, fast) = (random.Between(3, 6), random.Between(7, 11));
        return x => level + (height * ((0.7 * Math.Sin((slow * x) + first)) + (0.3 * Math.Sin((fast * x) + second))));
    }

    /// <summary>A round tree standing at (x, y), <paramref name="height"/> high.</summary>
    public static void RoundTree(Brush brush, SeededRandom random, double x, double y, double height, SKColor leaves, SKColor trunk)
    {
        var radius = height * random.Between(0.27, 0.33);
        brush.Box(x - (height * 0.06), y - (height * 0.5), height * 0.12, height * 0.5, trunk);
        brush.Circle(x - (radius * 0.55), y - (height * 0.52), radius * 0.75, leaves.Darker(0.14));
        brush.Circle(x + (radius * 0.6), y - (height * 0.55), radius * 0.72, leaves.Darker(0.14));
        brush.Circle(x, y - (height * 0.68), radius, leaves);
        brush.Circle(x - (radius * 0.25), y - (height * 0.76), radius * 0.5, leaves.Lighter(0.16));
    }

    /// <summary>A fir of three tiers standing at (x, y).</summary>
    public static void Fir(Brush brush, double x, double y, double height, SKColor needles, SKColor trunk, SKColor? snow = null)
    {
        brush.Box(x - (height * 0.05), y - (height * 0.2), height * 0.1, height * 0.2, trunk);
        for (var tier = 0; tier < 3; tier++)
        {
            var top = y - (height * (0.6 + (0.2 * tier)));
            var half = height * (0.3 - (0.065 * tier));
            var foot = top + (height * 0.45);
            brush.Polygon(needles.Lighter(0.07 * tier), (x, top), (x + half, foot), (x - half, foot));
            if (snow is { } white)
                brush.Polygon(white, (x, top), (x + (half * 0.45), top + (height * 0.2)), (x - (half * 0.45), top + (height * 0.2)));
        }
    }

    public static void Palm(Brush brush, SeededRandom random, double x, double y, double height, Hour hour)
    {
        var lean = random.Between(0.08, 0.2) * (x < 0.5 ? 1 : -1);
        var (tipX, tipY) = (x + lean, y - height);
        var trunk = Ink.Hsv(random.Between(24, 34), 0.55, 0.55).At(hour);
        brush.Bow(trunk, 0.05, (x, y), (x, y - (height * 0.6)), (tipX, tipY));
        var leaves = Ink.Hsv(random.Between(95, 135), 0.7, 0.6).At(hour);
        foreach (var (dx, dy) in ((double, double)[])[(-0.24, 0.1), (0.24, 0.1), (-0.2, -0.07), (0.2, -0.07), (-0.1, 0.2), (0.12, 0.19), (0.02, -0.13)])
            brush.Leaf(dx < 0 ? leaves : leaves.Darker(0.18), (tipX, tipY), (tipX + dx, tipY + dy), 0.05, dx < 0 ? 0.05 : -0.05);
        brush.Circle(tipX, tipY + 0.02, 0.03, trunk.Darker(0.3));
    }

    public static void Cactus(Brush brush, SeededRandom random, double x, double y, double height, SKColor color)
    {
        var width = height * random.Between(0.2, 0.25);
        var reach = height * 0.3;
        var (left, right) = (y - (height * random.Between(0.3, 0.45)), y - (height * random.Between(0.4, 0.55)));
        brush.Line(color.Darker(0.15), width * 0.75, (x, left), (x - reach, left), (x - reach, left - (height * 0.25)));
        brush.Line(color.Darker(0.15), width * 0.75, (x, right), (x + reach, right), (x + reach, right - (height * 0.22)));
        brush.Line(color, width, (x, y), (x, y - height));
        brush.Line(color.Lighter(0.25), width * 0.25, (x - (width * 0.15), y - (height * 0.1)), (x - (width * 0.15), y - (height * 0.95)));
    }

    public static void Flower(Brush brush, double x, double y, double radius, SKColor petals, SKColor heart)
    {
        for (var i = 0; i < 5; i++)
        {
            var angle = (i * Math.Tau / 5) - 1.57;
            brush.Circle(x + (radius * 0.65 * Math.Cos(angle)), y + (radius * 0.65 * Math.Sin(angle)), radius * 0.52, petals);
        }

        brush.Circle(x, y, radius * 0.42, heart);
    }

    public static void Fence(Brush brush, double y, double height, SKColor color)
    {
        brush.Box(-0.1, y + (height * 0.25), 1.2, height * 0.17, color.Darker(0.12));
        brush.Box(-0.1, y + (height * 0.62), 1.2, height * 0.17, color.Darker(0.12));
        for (var x = 0.03; x < 1; x += 0.135)
            brush.Box(x, y, 0.045, height, color, 0.012);
    }
}
