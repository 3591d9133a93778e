using Slipway.Demo.Drawing;

namespace Slipway.Demo.Scenes.Backgrounds;

/// <summary>Sea above, sand below with a foaming edge, at times a palm, a parasol or an island.</summary>
internal static class Beach
{
    public static void Draw(Brush brush, SeededRandom random, List<string> tags)
    {
        var hour = Sky.RandomHour(random);
        var horizon = random.Between(0.34, 0.46);
        Sky.Draw(brush, random, tags, horizon, hour);
        tags.AddRange([Tags.Ocean, Tags.Sand]);
        if (random.Chance(0.3))
            brush.Oval(random.Between(0.1, 0.9), horizon, random.Between(0.12, 0.22), random.Between(0.05, 0.1), Ink.Hsv(150, 0.4, 0.5).At(hour));
        var shore = horizon + random.Between(0.17, 0.25);
        Sea(brush, random, horizon, shore, hour);
        Sand(brush, random, shore, hour);
        if (random.Chance(0.4))
            Parasol(brush, random, random.Pick(0.16, 0.84), shore + random.Between(0.12, 0.2), hour);
        if (!random.Chance(0.65))
            return;
        tags.AddRange([Tags.PalmTree, Tags.Tree]);
        Terrain.Palm(brush, random, random.Pick(random.Between(0.03, 0.14), random.Between(0.86, 0.97)), random.Between(0.78, 0.92), random.Between(0.5, 0.62), hour);
    }

    private static void Sea(Brush brush, SeededRandom random, double horizon, double shore, Hour hour)
    {
        var hue = random.Between(184, 208);
        brush.Gradient(0, horizon, 1, shore - horizon + 0.1, Ink.Hsv(hue + 10, 0.85, 0.66).At(hour), Ink.Hsv(hue - 8, 0.55, 0.88).At(hour));
        for (var i = 0; i < 4; i++)
        {
            var (x, y) = (random.Between(0, 0.8), horizon + ((i + 0.7) * (shore - horizon) / 4.5));
            brush.Line(Ink.White.Clear(0.45), 0.016, (x, y), (x + random.Between(0.1, 0.2), y));
        }
    }

    private static void Sand(Brush brush, SeededRandom random, double shore, Hour hour)
    {
        var edge = Terrain.Ridge(random, shore, 0.025);
        var slope = random.Between(-0.09, 0.09);
        var sand = Ink.Hsv(random.Between(36, 48), random.Between(0.25, 0.42), 0.97).At(hour);
        brush.Land(x => edge(x) + (slope * x) - 0.035, Ink.White.Mix(sand, 0.1).At(hour), sand);
        brush.Land(x => edge(x) + (slope * x), sand.Darker(0.2), sand, sand, sand.Darker(0.08));
    }

    private static void Parasol(Brush brush, SeededRandom random, double x, double y, Hour hour)
    {
        var color = Ink.Hsv(random.Between(0, 360), 0.75, 0.95).At(hour);
        brush.Line(Ink.Hsv(30, 0.3, 0.9).At(hour), 0.025, (x, y), (x, y - 0.26));
        brush.Segment(x, y - 0.22, 0.15, 0.13, 180, 180, color);
        brush.Segment(x, y - 0.22, 0.055, 0.13, 180, 180, Ink.White.At(hour));
    }
}
