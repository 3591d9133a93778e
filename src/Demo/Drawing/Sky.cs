using SkiaSharp;

namespace Slipway.Demo.Drawing;

/// <summary>The hour of a scene, and what it does to the colours of the land.</summary>
internal enum Hour
{
    Day,
    Sunset,
    Night,
}

/// <summary>The sky of all outdoor scenes: gradient, sun, moon, stars and clouds, above a horizon.</summary>
internal static class Sky
{
    public static Hour RandomHour(SeededRandom random) =>
        random.Between(0, 1) switch { < 0.58 => Hour.Day, < 0.8 => Hour.Sunset, _ => Hour.Night };

    /// <summary>The colour of a thing in the light of <paramref name="hour"/>.</summary>
    public static SKColor At(this SKColor color, Hour hour) => hour switch
    {
        Hour.Sunset => color.Mix(new SKColor(214, 84, 60), 0.24).Darker(0.08),
        Hour.Night => color.Mix(new SKColor(24, 30, 78), 0.62),
        _ => color,
    };

    /// <summary>Draws the sky down to <paramref name="horizon"/> (a little below) and adds its tags.</summary>
    public static void Draw(Brush brush, SeededRandom random, List<string> tags, double horizon, Hour hour)
    {
        tags.Add(Tags.Sky);
        switch (hour)
        {
            case Hour.Day:
                Day(brush, random, tags, horizon);
                break;
            case Hour.Sunset:
                Sunset(brush, random, tags, horizon);
                break;
            default:
                Night(brush, random, tags, horizon);
                break;
        }
    }

    public static void Stars(Brush brush, SeededRandom random, int count, double horizon)
    {
        for (var i = 0; i < count; i++)
        {
            // One star a cell of a loose grid: no clumps.
            var x = (i % 5 * 0.2) + random.Between(0.03, 0.17);
            var y = ((i / 5) + random.Between(0.15, 0.85)) * horizon / Math.Ceiling(count / 5.0);
            Star(brush, x, y, random.Between(0.013, 0.022), Ink.Hsv(random.Pick(45.0, 60, 210), random.Between(0, 0.25), 1));
        }
    }

    public static void Moon(Brush brush, SeededRandom random, double x, double y, double radius, SKColor behind)
    {
        var light = Ink.Hsv(random.Between(42, 58), random.Between(0.08, 0.3), 1);
        var crescent = random.Chance(0.45);
        if (!crescent)
            brush.Glow(x, y, radius * 2.4, radius * 2.4, light.Clear(0.35));
        brush.Circle(x, y, radius, light);
        if (crescent)
        {
            brush.Circle(x + (radius * 0.5 * random.Sign()), y - (radius * 0.2), radius * 0.85, behind);
            return;
        }

        brush.Circle(x - (radius * 0.3), y + (radius * 0.25), radius * 0.26, light.Darker(0.12));
        brush.Circle(x + (radius * 0.35), y - (radius * 0.3), radius * 0.2, light.Darker(0.12));
    }

    public static void Cloud(Brush brush, SeededRandom random, double x, double y, double width, SKColor color)
    {
        var shade = color.Darker(0.08);
        brush.Box(x - (width * 0.5), y - (width * 0.1), width, width * 0.24, shade, width * 0.12);
        brush.Circle(x - (width * 0.16), y - (width * 0.08), width * random.Between(0.17, 0.22), color);
        brush.Circle(x + (width * 0.14), y - (width * 0.12), width * random.Between(0.2, 0.27), color);
        brush.Box(x - (width * 0.46), y - (width * 0.1), width * 0.92, width * 0.17, color, width * 0.08);
    }

    private static void Day(Brush brush, SeededRandom random, List<string> tags, double horizon)
    {
        tags.Add(Tags.Day);
        var hue = random.Between(198, 218);
        var overcast = random.Chance(0.15);
        var depth = overcast ? random.Between(0.12, 0.22) : random.Between(0.5, 0.78);
        brush.Gradient(0, 0, 1, horizon + 0.05, Ink.Hsv(hue, depth, overcast ? 0.74 : 0.94), Ink.Hsv(hue - 8, depth * 0.28, overcast ? 0.9 : 1));
        if (!overcast && random.Chance(0.65))
        {
            tags.Add(Tags.Sun);
            var (x, y, radius) = (random.Between(0.1, 0.9), random.Between(0.1, 0.2), random.Between(0.065, 0.1));
            brush.Glow(x, y, radius * 2.6, radius * 2.6, Ink.Hsv(50, 0.4, 1).Clear(0.7));
            brush.Circle(x, y, radius, Ink.Hsv(random.Between(44, 54), 0.75, 1));
        }

        Clouds(brush, random, tags, horizon, overcast ? 3 : random.Count(0, 3), overcast ? Ink.Hsv(hue, 0.06, 0.9) : Ink.White);
    }

    private static void Sunset(Brush brush, SeededRandom random, List<string> tags, double horizon)
    {
        tags.Add(Tags.Sunset);
        var hue = random.Between(250, 325);
        var low = random.Between(24, 44);
        brush.Gradient(0, 0, 1, horizon + 0.05, Ink.Hsv(hue, 0.5, 0.55), Ink.Hsv((hue / 2) + 178, 0.58, 0.92), Ink.Hsv(low, 0.68, 1));
        if (random.Chance(0.75))
        {
            tags.Add(Tags.Sun);
            var (x, radius) = (random.Between(0.15, 0.85), random.Between(0.1, 0.14));
            brush.Glow(x, horizon, radius * 3, radius * 2.4, Ink.Hsv(48, 0.5, 1).Clear(0.8));
            brush.Circle(x, horizon - (radius * random.Between(0, 0.9)), radius, Ink.Hsv(random.Between(40, 52), 0.55, 1));
        }

        Clouds(brush, random, tags, horizon, random.Count(0, 2), Ink.Hsv(random.Between(330, 375), 0.3, 0.95));
    }

    private static void Night(Brush brush, SeededRandom random, List<string> tags, double horizon)
    {
        tags.AddRange([Tags.Night, Tags.Star]);
        var hue = random.Between(222, 258);
        brush.Gradient(0, 0, 1, horizon + 0.05, Ink.Hsv(hue, 0.75, 0.2), Ink.Hsv(hue, 0.68, 0.34), Ink.Hsv(hue - 12, 0.5, 0.55));
        Stars(brush, random, random.Count(8, 13), horizon * 0.85);
        if (random.Chance(0.65))
        {
            tags.Add(Tags.Moon);
            Moon(brush, random, random.Between(0.12, 0.88), random.Between(0.12, 0.2), random.Between(0.07, 0.1), Ink.Hsv(hue, 0.72, 0.24));
        }
    }

    private static void Clouds(Brush brush, SeededRandom random, List<string> tags, double horizon, int count, SKColor color)
    {
        if (count == 0)
            return;
        tags.Add(Tags.Cloud);
        var first = random.Between(0, 1);
        for (var i = 0; i < count; i++)
        {
            var x = (first + ((double)i / count) + random.Between(0, 0.12)) % 1;
            Cloud(brush, random, x, random.Between(0.09, Math.Max(0.12, horizon * 0.55)), random.Between(0.22, 0.36), color);
        }
    }

    private static void Star(Brush brush, double x, double y, double radius, SKColor color)
    {
        brush.Glow(x, y, radius * 2, radius * 2, color.Clear(0.3));
        brush.Circle(x, y, radius, color);
    }
}
