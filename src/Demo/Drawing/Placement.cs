namespace Slipway.Demo.Drawing;

/// <summary>Where a subject stands: the lower middle, about 0.3 to 0.6 of the picture wide, either way round.</summary>
internal static class Placement
{
    private const double OutlineWidth = 0.022;

    public static void Put(Brush brush, SeededRandom random, bool shadow, bool outline, Action<Brush, SeededRandom> draw)
    {
        var size = random.Between(0.34, 0.6);
        var x = random.Between(0.3, 0.7);
        var y = random.Between(0.9, 0.97) - (size / 2);
        if (!shadow)
            y -= random.Between(0, 0.3);
        else
            brush.Oval(x, y + (size / 2), size * 0.42, size * 0.07, Ink.Dark.Clear(0.28));
        var flip = random.Chance(0.5);
        var outlined = random.Chance(0.45) || outline;
        brush.Within(x, y, size, flip, random.Between(-4, 4), () =>
        {
            if (outlined)
                brush.Silhouette(Ink.Dark, OutlineWidth, () => draw(brush, random.Copy()));
            draw(brush, random);
        });
    }
}
