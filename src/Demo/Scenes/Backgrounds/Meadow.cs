using SkiaSharp;
using Slipway.Demo.Drawing;

namespace Slipway.Demo.Scenes.Backgrounds;

/// <summary>Rolling green hills and large flowers, at times a tree.</summary>
internal static class Meadow
{
    public static void Draw(Brush brush, SeededRandom random, List<string> tags)
    {
        var hour = Sky.RandomHour(random);
        var horizon = random.Between(0.42, 0.54);
        Sky.Draw(brush, random, tags, horizon, hour);
        tags.AddRange([Tags.Grass, Tags.Flower]);
        var hue = random.Between(78, 128);
        Hill(brush, random, horizon, Ink.Hsv(hue + 25, 0.4, 0.62).At(hour));
        Hill(brush, random, horizon + 0.09, Ink.Hsv(hue + 10, 0.52, 0.68).At(hour));
        if (random.Chance(0.55))
        {
            tags.Add(Tags.Tree);
            var x = random.Pick(random.Between(0.1, 0.25), random.Between(0.75, 0.9));
            Terrain.RoundTree(brush, random, x, horizon + 0.2, random.Between(0.34, 0.46), Ink.Hsv(hue + 15, 0.6, 0.5).At(hour), Ink.Hsv(25, 0.5, 0.45).At(hour));
        }

        Hill(brush, random, horizon + 0.2, Ink.Hsv(hue, 0.6, 0.8).At(hour));
        Flowers(brush, random, horizon + 0.27, hour);
    }

    private static void Hill(Brush brush, SeededRandom random, double level, SKColor grass) =>
        brush.Land(Terrain.Ridge(random, level, 0.04), grass.Lighter(0.12), grass, grass.Darker(0.14));

    private static void Flowers(Brush brush, SeededRandom random, double top, Hour hour)
    {
        SKColor[] petals = [Ink.Hsv(random.Between(-30, 50), 0.7, 1).At(hour), Ink.White.At(hour), Ink.Hsv(random.Between(220, 330), 0.5, 1).At(hour)];
        const int columns = 5;
        for (var row = 0; row < 3; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                if (random.Chance(0.25))
                    continue;
                var (x, y) = ((column + random.Between(0.2, 0.8)) / columns, top + ((1 - top) * (row + random.Between(0.2, 0.7)) / 3));
                Terrain.Flower(brush, x, y, 0.028 + (0.01 * row), random.Pick(petals), Ink.Hsv(46, 0.8, 0.95).At(hour));
            }
        }
    }
}
