using SkiaSharp;
using Slipway.Demo.Drawing;

namespace Slipway.Demo.Scenes.Backgrounds;

/// <summary>A sky full of stars with a moon above a glowing horizon and dark hills.</summary>
internal static class NightSky
{
    public static void Draw(Brush brush, SeededRandom random, List<string> tags)
    {
        tags.AddRange([Tags.Sky, Tags.Night, Tags.Star]);
        var hue = random.Between(215, 285);
        var glow = hue + random.Between(-60, 60);
        var horizon = random.Between(0.7, 0.82);
        brush.Gradient(0, 0, 1, horizon + 0.06, Ink.Hsv(hue, 0.8, 0.13), Ink.Hsv(hue, 0.72, 0.32), Ink.Hsv(glow, 0.55, 0.68));
        if (random.Chance(0.5))
            MilkyWay(brush, random, Ink.Hsv(glow, 0.4, 0.9));
        Sky.Stars(brush, random, random.Count(18, 30), horizon * 0.82);
        if (random.Chance(0.85))
        {
            tags.Add(Tags.Moon);
            Sky.Moon(brush, random, random.Between(0.15, 0.85), random.Between(0.15, 0.3), random.Between(0.09, 0.14), Ink.Hsv(hue, 0.75, 0.22));
        }

        if (random.Chance(0.3))
            ShootingStar(brush, random);
        var land = Ink.Hsv(hue + 10, 0.55, 0.3);
        brush.Land(Terrain.Ridge(random, horizon, 0.06), land.Lighter(0.16), land);
        brush.Land(Terrain.Ridge(random, horizon + 0.1, 0.04), land.Darker(0.35), land.Darker(0.75));
    }

    private static void MilkyWay(Brush brush, SeededRandom random, SKColor light) =>
        brush.Within(0.5, 0.35, 1, flip: false, random.Between(20, 60) * random.Sign(), () => brush.Glow(0.5, 0.5, 0.85, 0.2, light.Clear(0.5)));

    private static void ShootingStar(Brush brush, SeededRandom random)
    {
        var (x, y, side) = (random.Between(0.3, 0.7), random.Between(0.1, 0.35), random.Sign());
        brush.Line(Ink.White.Clear(0.6), 0.018, (x, y), (x - (side * 0.2), y - 0.11));
        brush.Circle(x, y, 0.02, Ink.White);
    }
}
