using Slipway.Demo.Drawing;

namespace Slipway.Demo.Scenes.Backgrounds;

/// <summary>A barn with a silo behind a fence, rows of wheat in front.</summary>
internal static class Farm
{
    public static void Draw(Brush brush, SeededRandom random, List<string> tags)
    {
        var hour = Sky.RandomHour(random);
        var horizon = random.Between(0.46, 0.54);
        Sky.Draw(brush, random, tags, horizon, hour);
        tags.AddRange([Tags.Grass, Tags.Building]);
        var grass = Ink.Hsv(random.Between(85, 115), 0.5, 0.7).At(hour);
        brush.Land(Terrain.Ridge(random, horizon, 0.035), grass.Darker(0.2), grass, grass);
        var side = random.Sign();
        var x = 0.5 + (side * random.Between(0.16, 0.28));
        if (random.Chance(0.6))
        {
            tags.Add(Tags.Tree);
            Terrain.RoundTree(brush, random, 0.5 - (side * random.Between(0.25, 0.38)), horizon + 0.1, random.Between(0.26, 0.36), grass.Darker(0.3), Ink.Hsv(25, 0.5, 0.45).At(hour));
        }

        Silo(brush, x - (side * random.Between(0.2, 0.23)), horizon + 0.1, hour);
        Barn(brush, random, x, horizon + 0.12, hour);
        Wheat(brush, random, horizon + 0.2, hour);
        Terrain.Fence(brush, horizon + 0.11, 0.13, (random.Chance(0.5) ? Ink.White : Ink.Hsv(28, 0.45, 0.62)).At(hour));
    }

    private static void Barn(Brush brush, SeededRandom random, double x, double ground, Hour hour)
    {
        var wall = Ink.Hsv(random.Between(-8, 12), 0.75, random.Between(0.65, 0.82)).At(hour);
        var white = Ink.White.At(hour);
        var top = ground - random.Between(0.2, 0.25);
        brush.Box(x - 0.16, top, 0.32, ground - top, wall);
        brush.Polygon(wall, (x - 0.16, top), (x - 0.1, top - 0.1), (x, top - 0.15), (x + 0.1, top - 0.1), (x + 0.16, top));
        brush.Line(Ink.Hsv(220, 0.1, 0.4).At(hour), 0.035, (x - 0.18, top), (x - 0.1, top - 0.11), (x, top - 0.16), (x + 0.1, top - 0.11), (x + 0.18, top));
        brush.Circle(x, top - 0.04, 0.035, white);
        brush.Box(x - 0.075, ground - 0.16, 0.15, 0.16, white);
        brush.Box(x - 0.052, ground - 0.137, 0.104, 0.137, wall.Darker(0.35));
        brush.Line(white, 0.022, (x - 0.05, ground - 0.135), (x + 0.05, ground));
        brush.Line(white, 0.022, (x + 0.05, ground - 0.135), (x - 0.05, ground));
    }

    private static void Silo(Brush brush, double x, double ground, Hour hour)
    {
        var metal = Ink.Hsv(210, 0.08, 0.8).At(hour);
        brush.Circle(x, ground - 0.34, 0.06, metal.Darker(0.25));
        brush.Box(x - 0.06, ground - 0.34, 0.12, 0.34, metal);
        brush.Box(x + 0.01, ground - 0.34, 0.05, 0.34, metal.Darker(0.14));
    }

    private static void Wheat(Brush brush, SeededRandom random, double top, Hour hour)
    {
        var wheat = Ink.Hsv(random.Between(40, 50), random.Between(0.58, 0.72), 0.93).At(hour);
        brush.Gradient(0, top, 1, 1 - top, wheat.Darker(0.1), wheat);
        var vanishing = random.Between(0.4, 0.6);
        for (var row = -6; row <= 6; row++)
        {
            var (near, far) = (vanishing + (row * 0.24), vanishing + (row * 0.13));
            brush.Polygon(wheat.Darker(0.24), (far, top), (far + 0.035, top), (near + 0.09, 1), (near, 1));
        }
    }
}
