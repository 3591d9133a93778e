using Slipway.Demo.Drawing;

namespace Slipway.Demo.Scenes.Backgrounds;

/// <summary>Two rows of buildings with windows, a pavement and a road with a dashed line.</summary>
internal static class City
{
    public static void Draw(Brush brush, SeededRandom random, List<string> tags)
    {
        var hour = Sky.RandomHour(random);
        var ground = random.Between(0.66, 0.74);
        Sky.Draw(brush, random, tags, ground * 0.8, hour);
        tags.AddRange([Tags.Building, Tags.Window]);
        Distance(brush, random, ground, hour);
        var x = random.Between(-0.12, 0);
        while (x < 1)
        {
            var width = random.Between(0.18, 0.29);
            Building(brush, random, x, width, ground - random.Between(0.28, 0.56), ground, hour);
            x += width + random.Pick(0, 0, 0.06);
        }

        Street(brush, random, ground, hour);
    }

    private static void Distance(Brush brush, SeededRandom random, double ground, Hour hour)
    {
        var color = Ink.Hsv(random.Between(205, 235), 0.25, 0.72).At(hour);
        for (var x = -0.05; x < 1; x += 0.13)
        {
            var top = ground - random.Between(0.3, 0.62);
            brush.Box(x, top, 0.14, ground - top, color.Lighter(random.Between(0, 0.12)));
        }
    }

    private static void Building(Brush brush, SeededRandom random, double x, double width, double top, double ground, Hour hour)
    {
        var wall = Ink.Hsv(random.Between(0, 360), random.Between(0.12, 0.5), random.Between(0.5, 0.85)).At(hour);
        brush.Gradient(x, top, width, ground - top, wall, wall.Darker(0.22));
        brush.Box(x, top, width, 0.03, wall.Darker(0.3));
        var columns = width > 0.23 ? 3 : 2;
        var step = width / (columns + 0.3);
        var glass = hour == Hour.Day ? Ink.Hsv(200, 0.25, 1) : Ink.Hsv(48, 0.6, 1);
        for (var y = top + 0.06; y < ground - 0.07; y += 0.1)
        {
            for (var column = 0; column < columns; column++)
            {
                var lit = hour == Hour.Day || random.Chance(0.65);
                brush.Box(x + (step * (column + 0.35)), y, step * 0.58, 0.058, lit ? glass : wall.Darker(0.45));
            }
        }
    }

    private static void Street(Brush brush, SeededRandom random, double ground, Hour hour)
    {
        var road = Ink.Hsv(random.Between(210, 250), 0.1, random.Between(0.34, 0.44)).At(hour);
        brush.Box(0, ground, 1, 0.06, Ink.Hsv(40, 0.06, 0.78).At(hour));
        brush.Gradient(0, ground + 0.05, 1, 1 - ground, road.Darker(0.15), road.Lighter(0.1));
        var start = random.Between(-0.1, 0.1);
        for (var x = start; x < 1; x += 0.24)
            brush.Box(x, ((ground + 1.05) / 2) + 0.01, 0.13, 0.028, Ink.Hsv(50, 0.35, 1).At(hour));
    }
}
