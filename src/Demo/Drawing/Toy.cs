using SkiaSharp;

namespace Slipway.Demo.Drawing;

/// <summary>Bodies of simple shapes in any colours, so that shapes and faces never seen before survive an autoencoder.</summary>
internal static class Toy
{
    public static void Backdrop(Brush brush, SeededRandom random)
    {
        if (random.Chance(0.4))
            brush.Box(0, 0, 1, 1, Ink.White);
        else
            brush.Gradient(0, 0, 1, 1, Any(random), Any(random));
    }

    public static void Draw(Brush brush, SeededRandom random, int bodies)
    {
        var size = random.Between(0.3, bodies == 1 ? 0.85 : 0.6);
        var (x, y) = (random.Between(0.2, 0.8), random.Between(0.25, 0.8));
        var outlined = random.Chance(0.5);
        var ink = random.Chance(0.7) ? Ink.Dark : Any(random).Darker(0.5);
        brush.Within(x, y, size, random.Chance(0.5), random.Between(-12, 12), () =>
        {
            if (outlined)
                brush.Silhouette(ink, random.Between(0.02, 0.04), () => Body(brush, random.Copy()));
            Body(brush, random);
            if (random.Chance(0.75))
                Face.Draw(brush, random, random.Between(0.42, 0.58), random.Between(0.5, 0.68), random.Between(0.36, 0.6));
        });
    }

    private static void Body(Brush brush, SeededRandom random)
    {
        var extras = random.Count(0, 2);
        for (var i = 0; i < extras; i++)
            Part(brush, random, random.Between(0.2, 0.8), random.Between(0.12, 0.4), random.Between(0.2, 0.4));
        Part(brush, random, 0.5, 0.62, random.Between(0.55, 0.75));
    }

    private static void Part(Brush brush, SeededRandom random, double x, double y, double width)
    {
        var (half, height) = (width / 2, width * random.Between(0.35, 0.6));
        var color = Any(random);
        switch (random.Count(0, 4))
        {
            case 0:
                var tip = x + random.Between(-half, half);
                brush.Polygon(color, (tip, y - height), (x + half, y + height), (x - half, y + height));
                break;
            case 1:
                var slope = random.Between(0, half * 0.6);
                brush.Polygon(color, (x - half, y - height), (x + half, y - height), (x + half - slope, y + height), (x - half + slope, y + height));
                break;
            case 2:
                brush.Oval(x, y, half, height, color);
                break;
            case 3:
                Striped(brush, random, x, y, half, height, color);
                break;
            default:
                brush.Box(x - half, y - height, width, 2 * height, color, random.Between(0, half * 0.8));
                break;
        }
    }

    private static void Striped(Brush brush, SeededRandom random, double x, double y, double half, double height, SKColor color)
    {
        brush.Box(x - half, y - height, 2 * half, 2 * height, color);
        var other = Any(random);
        var stripes = random.Count(2, 3);
        var step = 2 * height / ((2 * stripes) + 1);
        for (var i = 0; i < stripes; i++)
            brush.Box(x - half, y - height + (((2 * i) + 1) * step), 2 * half, step, other);
    }

    /// <summary>Any colour, white and near-black among them.</summary>
    private static SKColor Any(SeededRandom random) => random.Count(0, 7) switch
    {
        0 => Ink.Hsv(random.Between(0, 360), random.Between(0, 0.08), random.Between(0.9, 1)),
        1 => Ink.Hsv(random.Between(0, 360), random.Between(0.2, 0.6), random.Between(0.12, 0.4)),
        _ => Ink.Hsv(random.Between(0, 360), random.Between(0.35, 0.95), random.Between(0.55, 1)),
    };
}
