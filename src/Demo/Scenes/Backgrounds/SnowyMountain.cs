using SkiaSharp;
using Slipway.Demo.Drawing;

namespace Slipway.Demo.Scenes.Backgrounds;

/// <summary>Peaks with white caps and a shaded side above a snow field with firs.</summary>
internal static class SnowyMountain
{
    public static void Draw(Brush brush, SeededRandom random, List<string> tags)
    {
        var hour = Sky.RandomHour(random);
        var foot = random.Between(0.6, 0.68);
        Sky.Draw(brush, random, tags, foot * 0.75, hour);
        tags.Add(Tags.Snow);
        var rock = Ink.Hsv(random.Between(210, 250), random.Between(0.15, 0.3), random.Between(0.48, 0.62)).At(hour);
        var middle = random.Between(0.3, 0.7);
        Peak(brush, random, middle - random.Between(0.34, 0.42), random.Between(0.3, 0.4), 0.34, foot, rock.Lighter(0.2), hour);
        Peak(brush, random, middle + random.Between(0.34, 0.42), random.Between(0.28, 0.4), 0.34, foot, rock.Lighter(0.12), hour);
        Peak(brush, random, middle, random.Between(0.1, 0.22), random.Between(0.4, 0.5), foot, rock, hour);
        var snow = Ink.Hsv(random.Between(200, 225), 0.06, 1).At(hour);
        brush.Land(Terrain.Ridge(random, foot, 0.025), snow.Mix(Ink.Hsv(215, 0.4, 0.85), 0.45), snow);
        Firs(brush, random, tags, foot, snow, hour);
        brush.Land(Terrain.Ridge(random, foot + 0.2, 0.02), snow.Mix(Ink.Hsv(215, 0.35, 0.9), 0.3), snow);
        if (!random.Chance(0.25))
            return;
        for (var i = 0; i < 18; i++)
            brush.Circle(((i % 6) + random.Between(0.2, 0.8)) / 6, ((i / 6) + random.Between(0.1, 0.9)) / 3, random.Between(0.014, 0.02), Ink.White);
    }

    private static void Peak(Brush brush, SeededRandom random, double x, double top, double half, double foot, SKColor rock, Hour hour)
    {
        var snow = Ink.White.At(hour);
        var ridge = x + random.Between(-0.04, 0.06);
        brush.Polygon(rock, (x, top), (x + half, foot + 0.06), (x - half, foot + 0.06));
        brush.Polygon(rock.Darker(0.28), (x, top), (x + half, foot + 0.06), (ridge, foot + 0.06));
        var cap = random.Between(0.34, 0.48);
        var (reach, low) = (half * cap, top + ((foot - top) * cap));
        brush.Polygon(snow, (x, top), (x + (reach * 0.3), low + 0.02), (x, low - 0.03), (x - (reach * 0.4), low + 0.03), (x - (reach * 0.62), low - 0.02), (x - reach, low));
        brush.Polygon(snow.Mix(rock, 0.3), (x, top), (x + reach, low), (x + (reach * 0.65), low - 0.03), (x + (reach * 0.3), low + 0.03), (x + ((ridge - x) * cap), low - 0.02));
    }

    private static void Firs(Brush brush, SeededRandom random, List<string> tags, double foot, SKColor snow, Hour hour)
    {
        var count = random.Count(0, 5);
        if (count == 0)
            return;
        tags.Add(Tags.Tree);
        var needles = Ink.Hsv(random.Between(140, 175), 0.5, 0.4).At(hour);
        SKColor? white = random.Chance(0.5) ? snow : null;
        for (var i = 0; i < count; i++)
        {
            var x = i % 2 == 0 ? random.Between(0.02, 0.28) : random.Between(0.72, 0.98);
            Terrain.Fir(brush, x, foot + 0.1 + (0.035 * i), random.Between(0.22, 0.34), needles, Ink.Hsv(25, 0.5, 0.35).At(hour), white);
        }
    }
}
