using SkiaSharp;
using Slipway.Demo.Drawing;

namespace Slipway.Demo.Scenes.Backgrounds;

/// <summary>Dunes with a shaded side under a wide sky, cactuses, at times a mesa.</summary>
internal static class Desert
{
    public static void Draw(Brush brush, SeededRandom random, List<string> tags)
    {
        var hour = Sky.RandomHour(random);
        var horizon = random.Between(0.44, 0.56);
        Sky.Draw(brush, random, tags, horizon, hour);
        tags.Add(Tags.Sand);
        var sand = Ink.Hsv(random.Between(26, 42), random.Between(0.48, 0.64), 0.94);
        if (random.Chance(0.5))
            Mesa(brush, random, horizon, Ink.Hsv(random.Between(10, 24), 0.6, 0.66).At(hour));
        Dune(brush, random, horizon, 0.04, sand.Darker(0.2).At(hour));
        Dune(brush, random, horizon + 0.15, 0.05, sand.Darker(0.08).At(hour));
        Dune(brush, random, horizon + 0.31, 0.035, sand.At(hour));
        var count = random.Count(0, 3);
        if (count == 0)
            return;
        tags.Add(Tags.Cactus);
        var side = random.Sign();
        for (var i = 0; i < count; i++)
        {
            var x = 0.5 + (side * (i % 2 == 0 ? 1 : -1) * random.Between(0.3, 0.42));
            Terrain.Cactus(brush, random, x, horizon + 0.12 + (0.14 * i), random.Between(0.2, 0.28) + (0.04 * i), Ink.Hsv(random.Between(110, 150), 0.6, 0.5).At(hour));
        }
    }

    private static void Dune(Brush brush, SeededRandom random, double level, double height, SKColor sand)
    {
        var ridge = Terrain.Ridge(random, level, height);
        brush.Land(ridge, sand.Lighter(0.22), sand, sand.Darker(0.12));
        var (crest, drop) = (random.Between(0.15, 0.85), random.Between(0.1, 0.16));
        brush.Polygon(
            sand.Darker(0.22).Clear(0.55),
            (crest, ridge(crest)),
            (crest + 0.14, ridge(crest + 0.14)),
            (crest + 0.3, ridge(crest + 0.3)),
            (crest + 0.12, level + drop));
    }

    private static void Mesa(Brush brush, SeededRandom random, double horizon, SKColor rock)
    {
        var (x, half, top) = (random.Between(0.15, 0.85), random.Between(0.1, 0.18), horizon - random.Between(0.12, 0.2));
        brush.Polygon(rock, (x - half, top), (x + half, top), (x + (half * 1.4), horizon + 0.08), (x - (half * 1.4), horizon + 0.08));
        brush.Box(x - (half * 1.12), top + 0.06, half * 2.24, 0.03, rock.Darker(0.25));
    }
}
