using Slipway.Imaging.Pictures;

namespace Slipway.Imaging.Compositing;

/// <summary>A part of a sprite that is no part of its box, because it is next to nothing and far from all others.</summary>
/// <param name="Left">Its left edge, pixels of the file.</param>
/// <param name="Top">Its top edge.</param>
/// <param name="Width">Its width.</param>
/// <param name="Height">Its height.</param>
/// <param name="Pixels">How many pixels of it can be seen.</param>
public sealed record LeftOutPart(int Left, int Top, int Width, int Height, int Pixels);

/// <summary>
/// What of a sprite can be seen: the box by which it is placed, whatever image editors and background removers have left around it. A pixel counts
/// where its alpha is more than a thirty-second of the strongest; a part that is next to nothing and far from the others is left out, and so are the
/// frame that an editor drew around the canvas and a layer of an eighth at most that ends at once (<see cref="FaintLayer"/>).
/// </summary>
public sealed class SpriteOutline
{
    /// <summary>A sprite whose strongest alpha is less can hardly be seen.</summary>
    public const byte Faint = 128;

    private const int Shares = 32;

    /// <summary>Faint pixels so near to what can be seen are its soft edge.</summary>
    private const int SoftEdge = 2;

    private readonly (double X, double Y)[] _hull;

    private SpriteOutline(Picture sprite, Box box, byte strongest, int faint)
    {
        (FileWidth, FileHeight) = (sprite.Width, sprite.Height);
        (Left, Top, Width, Height, Strongest, Faintest) = (box.Left, box.Top, box.Right - box.Left, box.Bottom - box.Top, strongest, faint);
        Picture = sprite.Crop(Left, Top, Width, Height);
        OpaqueShare = Enumerable.Range(0, Width * Height).Count(i => Picture.Pixels[(i * 4) + 3] == 255) / ((double)Width * Height);
        _hull = Hull(Picture, faint);
    }

    /// <summary>Width of the whole file's picture, pixels.</summary>
    public int FileWidth { get; }

    /// <summary>Height of the whole file's picture, pixels.</summary>
    public int FileHeight { get; }

    /// <summary>Left edge of the box, pixels of the file.</summary>
    public int Left { get; }

    /// <summary>Top edge of the box.</summary>
    public int Top { get; }

    /// <summary>Width of the box.</summary>
    public int Width { get; }

    /// <summary>Height of the box.</summary>
    public int Height { get; }

    /// <summary>The greatest alpha, 1 to 255.</summary>
    public byte Strongest { get; }

    /// <summary>Alpha up to which a pixel does not count.</summary>
    public int Faintest { get; }

    /// <summary>Share of the box whose pixels are fully opaque, 0 to 1.</summary>
    public double OpaqueShare { get; }

    /// <summary>What is in the box, without what was left out.</summary>
    public Picture Picture { get; }

    /// <summary>Parts that were left out.</summary>
    public IReadOnlyList<LeftOutPart> LeftOut { get; private init; } = [];

    /// <summary>Pixels that are too faint to count, far from all that can be seen; they are left out.</summary>
    public int Veil { get; private init; }

    /// <summary>Finds what can be seen; null where nothing can.</summary>
    public static SpriteOutline? Of(Picture sprite)
    {
        byte strongest = 0;
        for (var i = 3; i < sprite.Pixels.Length; i += 4)
            strongest = Math.Max(strongest, sprite.Pixels[i]);
        if (strongest == 0)
            return null;
        var faint = strongest / Shares;
        var parts = SpriteParts.Of(sprite, faint);
        var (kept, left) = parts.Divide();
        var layer = FaintLayer.Of(sprite, faint, strongest, kept);
        if (layer is { } level)
        {
            faint = level;
            parts = SpriteParts.Of(sprite, faint);
            (kept, left) = parts.Divide();
        }

        var cleaned = new Picture(sprite.Width, sprite.Height, [.. sprite.Pixels]);
        foreach (var part in left)
            parts.Erase(cleaned, part);
        var veil = EraseVeil(cleaned, faint, layer is null ? SoftEdge : 0);
        return new SpriteOutline(cleaned, kept, strongest, faint)
        {
            Veil = veil,
            LeftOut = [.. left.Select(part => new LeftOutPart(part.Box.Left, part.Box.Top, part.Box.Right - part.Box.Left, part.Box.Bottom - part.Box.Top, part.Pixels))],
        };
    }

    /// <summary>How far what can be seen reaches from the middle of the box, in heights of the box.</summary>
    /// <param name="flipped">Whether it is mirrored.</param>
    /// <param name="rotation">Degrees, clockwise.</param>
    public (double Left, double Top, double Right, double Bottom) Reach(bool flipped, double rotation)
    {
        var (sin, cos) = Math.SinCos(rotation * Math.PI / 180);
        var (left, top, right, bottom) = (double.MaxValue, double.MaxValue, double.MinValue, double.MinValue);
        foreach (var (x, y) in _hull)
        {
            var (u, v) = (flipped ? -x : x, y);
            var (turnedX, turnedY) = ((u * cos) - (v * sin), (u * sin) + (v * cos));
            (left, right) = (Math.Min(left, turnedX), Math.Max(right, turnedX));
            (top, bottom) = (Math.Min(top, turnedY), Math.Max(bottom, turnedY));
        }

        return (left, top, right, bottom);
    }

    /// <summary>Makes transparent what is too faint to count and is no soft edge of what can be seen.</summary>
    private static int EraseVeil(Picture sprite, int faint, int edge)
    {
        var (width, height) = (sprite.Width, sprite.Height);
        var near = new bool[width * height];
        for (var i = 0; i < near.Length; i++)
        {
            if (sprite.Pixels[(i * 4) + 3] <= faint)
                continue;
            var (y, x) = Math.DivRem(i, width);
            for (var row = Math.Max(0, y - edge); row <= Math.Min(height - 1, y + edge); row++)
                near.AsSpan((row * width) + Math.Max(0, x - edge), Math.Min(width - 1, x + edge) - Math.Max(0, x - edge) + 1).Fill(true);
        }

        var erased = 0;
        for (var i = 0; i < near.Length; i++)
        {
            if (near[i] || sprite.Pixels[(i * 4) + 3] == 0)
                continue;
            sprite.Pixels.AsSpan(i * 4, 4).Clear();
            erased++;
        }

        return erased;
    }

    /// <summary>The convex hull of what can be seen (Andrew 1979), from the middle, in heights.</summary>
    private static (double X, double Y)[] Hull(Picture picture, int faint)
    {
        var corners = new List<(int X, int Y)>();
        for (var y = 0; y < picture.Height; y++)
        {
            var (first, last) = (-1, -1);
            for (var x = 0; x < picture.Width; x++)
            {
                if (picture.Pixels[(((y * picture.Width) + x) * 4) + 3] > faint)
                    (first, last) = (first < 0 ? x : first, x);
            }

            if (first >= 0)
                corners.AddRange([(first, y), (first, y + 1), (last + 1, y), (last + 1, y + 1)]);
        }

        var sorted = corners.Distinct().Order().ToList();
        return
        [
            .. Chain(sorted).Concat(Chain(Enumerable.Reverse(sorted)))
                .Select(corner => ((corner.X - (picture.Width / 2.0)) / picture.Height, (corner.Y / (double)picture.Height) - 0.5)),
        ];
    }

    private static List<(int X, int Y)> Chain(IEnumerable<(int X, int Y)> corners)
    {
        var chain = new List<(int X, int Y)>();
        foreach (var corner in corners)
        {
            while (chain.Count > 1 && Turn(chain[^2], chain[^1], corner) <= 0)
                chain.RemoveAt(chain.Count - 1);
            chain.Add(corner);
        }

        return chain;
    }

    private static long Turn((int X, int Y) from, (int X, int Y) over, (int X, int Y) to) =>
        ((long)(over.X - from.X) * (to.Y - from.Y)) - ((long)(over.Y - from.Y) * (to.X - from.X));
}
