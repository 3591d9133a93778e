using Slipway.Imaging.Pictures;

namespace Slipway.Imaging.Compositing;

/// <summary>
/// What a background remover or a layer of low opacity has left behind a sprite. It is told from what belongs to the mascot, such as a glow, by how it ends:
/// a glow fades to nothing, and a layer ends at once, at the canvas' edge or before it.
/// </summary>
internal static class FaintLayer
{
    /// <summary>Share of the strongest alpha up to which there can be such a layer; a stronger one is seen, and is the mascot's.</summary>
    private const int Strongest = 8;

    /// <summary>It matters where it would make the box larger by more than this, in sides of the box without it.</summary>
    private const double Far = 0.1;

    /// <summary>Share of the strongest alpha that what fades loses from one pixel to the next at its end, at the most.</summary>
    private const int Fading = 64;

    /// <summary>The strongest alpha of the layer; null where there is none that matters.</summary>
    /// <param name="sprite">The sprite.</param>
    /// <param name="faint">Alpha up to which nothing can be seen at all.</param>
    /// <param name="strongest">The greatest alpha.</param>
    /// <param name="box">The mascot's box where all above <paramref name="faint"/> counts.</param>
    public static int? Of(Picture sprite, int faint, byte strongest, Box box)
    {
        var most = strongest / Strongest;
        if (most <= faint)
            return null;
        var without = SpriteParts.Of(sprite, most).Divide().Kept;
        if (without.Beyond(box) <= Far * without.Side)
            return null;
        var (level, drops, ends) = (0, 0L, 0L);
        for (var y = 0; y < sprite.Height; y++)
        {
            for (var x = 0; x < sprite.Width; x++)
            {
                var alpha = Alpha(sprite, x, y);
                if (alpha <= faint || alpha > most || without.Holds(x, y))
                    continue;
                level = Math.Max(level, alpha);
                foreach (var beside in (ReadOnlySpan<int>)[Alpha(sprite, x - 1, y), Alpha(sprite, x + 1, y), Alpha(sprite, x, y - 1), Alpha(sprite, x, y + 1)])
                    (drops, ends) = beside <= faint ? (drops + alpha - beside, ends + 1) : (drops, ends);
            }
        }

        return drops > ends * (strongest / Fading) ? level : null;
    }

    private static int Alpha(Picture sprite, int x, int y) => x < 0 || y < 0 || x >= sprite.Width || y >= sprite.Height ? 0 : sprite.Pixels[(((y * sprite.Width) + x) * 4) + 3];
}
