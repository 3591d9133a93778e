using SkiaSharp;
using Slipway.Demo.Drawing;

namespace Slipway.Demo.Scenes.Backgrounds;

/// <summary>A smoking cone with glowing lava over dark rock under a red sky.</summary>
internal static class Volcano
{
    public static void Draw(Brush brush, SeededRandom random, List<string> tags)
    {
        var hour = random.Between(0, 1) switch { < 0.3 => Hour.Day, < 0.7 => Hour.Sunset, _ => Hour.Night };
        var foot = random.Between(0.68, 0.75);
        Sky.Draw(brush, random, tags, foot, hour);
        var (x, top, half) = (random.Between(0.38, 0.62), random.Between(0.26, 0.36), random.Between(0.4, 0.5));
        Smoke(brush, random, x, top, hour);
        brush.Glow(x, top, 0.34, 0.3, Ink.Hsv(22, 0.85, 1).Clear(0.75));
        var rock = Ink.Hsv(random.Between(350, 380), random.Between(0.2, 0.4), random.Between(0.32, 0.42)).At(hour).Lighter(0.06);
        Fountain(brush, random, x, top);
        Cone(brush, x, top, half, foot, rock);
        Streams(brush, random, x, top, half, foot);
        brush.Land(Terrain.Ridge(random, foot, 0.025), rock.Darker(0.3), rock.Darker(0.65));
        Pool(brush, random, foot);
    }

    private static void Cone(Brush brush, double x, double top, double half, double foot, SKColor rock)
    {
        brush.Polygon(rock, (x - 0.1, top), (x + 0.1, top), (x + (half * 0.45), top + ((foot - top) * 0.5)), (x + half, foot + 0.05), (x - half, foot + 0.05), (x - (half * 0.45), top + ((foot - top) * 0.5)));
        brush.Polygon(rock.Darker(0.3), (x + 0.02, top), (x + 0.1, top), (x + (half * 0.45), top + ((foot - top) * 0.5)), (x + half, foot + 0.05), (x + (half * 0.25), foot + 0.05));
        brush.Oval(x, top, 0.1, 0.03, Ink.Hsv(18, 0.9, 1));
    }

    private static void Fountain(Brush brush, SeededRandom random, double x, double top)
    {
        if (!random.Chance(0.6))
            return;
        brush.Leaf(Ink.Hsv(14, 0.9, 0.98), (x, top + 0.03), (x, top - random.Between(0.14, 0.22)), 0.11);
        brush.Leaf(Ink.Hsv(44, 0.8, 1), (x, top + 0.03), (x, top - 0.11), 0.06);
    }

    private static void Streams(Brush brush, SeededRandom random, double x, double top, double half, double foot)
    {
        var count = random.Count(2, 3);
        for (var i = 0; i < count; i++)
        {
            var way = (i - ((count - 1) / 2.0)) * (2.0 / count);
            var end = (x + (way * half * 0.7), foot - random.Between(0, 0.1) + (i == 1 ? 0.04 : 0));
            var bend = (x + (way * half * 0.15), top + ((foot - top) * 0.55));
            brush.Bow(Ink.Hsv(random.Between(6, 14), 0.92, 0.95), 0.065, (x + (way * 0.07), top + 0.005), bend, end);
            brush.Bow(Ink.Hsv(random.Between(32, 42), 0.85, 1), 0.028, (x + (way * 0.07), top + 0.005), bend, end);
        }
    }

    private static void Smoke(Brush brush, SeededRandom random, double x, double top, Hour hour)
    {
        var drift = random.Between(0.03, 0.14) * random.Sign();
        var smoke = Ink.Hsv(random.Between(250, 300), 0.08, random.Between(0.5, 0.68)).At(hour);
        for (var i = 3; i >= 0; i--)
            brush.Circle(x + (drift * i) + random.Between(-0.02, 0.02), top - 0.07 - (0.085 * i), 0.075 + (0.022 * i), smoke.Lighter(0.06 * (3 - i)).Clear(0.92));
    }

    private static void Pool(Brush brush, SeededRandom random, double foot)
    {
        var (x, y) = (random.Pick(0.14, 0.86) + random.Between(-0.06, 0.06), foot + random.Between(0.1, 0.16));
        brush.Oval(x, y, 0.19, 0.05, Ink.Hsv(10, 0.9, 0.92));
        brush.Oval(x, y, 0.13, 0.026, Ink.Hsv(38, 0.85, 1));
    }
}
