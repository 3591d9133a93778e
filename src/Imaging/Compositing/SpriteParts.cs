using System.Runtime.InteropServices;
using Slipway.Imaging.Pictures;

namespace Slipway.Imaging.Compositing;

/// <summary>Edges of a part of a picture, pixels; right and bottom are behind the last one.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Box(int Left, int Top, int Right, int Bottom)
{
    /// <summary>The longer side.</summary>
    public int Side => Math.Max(Right - Left, Bottom - Top);

    /// <summary>Both together.</summary>
    public Box With(Box other) => new(Math.Min(Left, other.Left), Math.Min(Top, other.Top), Math.Max(Right, other.Right), Math.Max(Bottom, other.Bottom));

    /// <summary>Whether a pixel is in it.</summary>
    public bool Holds(int x, int y) => x >= Left && x < Right && y >= Top && y < Bottom;

    /// <summary>How far another reaches out of this one; 0 where it is inside.</summary>
    public int Beyond(Box other) => Math.Max(Math.Max(Left - other.Left, other.Right - Right), Math.Max(Math.Max(Top - other.Top, other.Bottom - Bottom), 0));
}

/// <summary>A part of a sprite: pixels that can be seen and touch one another, corners included.</summary>
/// <param name="Number">Its number, from 1.</param>
/// <param name="Box">Where it is.</param>
/// <param name="Pixels">How many.</param>
/// <param name="Mass">Sum of their alphas.</param>
internal sealed record SpritePart(int Number, Box Box, int Pixels, long Mass);

/// <summary>The parts of a sprite, and which of them are the mascot.</summary>
internal sealed class SpriteParts
{
    /// <summary>A part with so much of all alpha is the mascot's, wherever it lies.</summary>
    private const double Considerable = 0.005;

    /// <summary>One with less is left out where it lies far from the others, one with next to nothing where it does not lie quite near.</summary>
    private const double Far = 0.1;
    private const double NextToNothing = 0.0005;
    private const double NotNear = 0.02;

    /// <summary>A frame around the canvas, or a line along one of its edges, may be more than that.</summary>
    private const double MostOfFrame = 0.05;
    private const int Thickest = 2;

    /// <summary>Share of all alpha that is left out at most, frames included.</summary>
    private const double MostOfAll = 0.06;

    private readonly int _width;
    private readonly int _height;
    private readonly int[] _numbers;
    private readonly IReadOnlyList<SpritePart> _parts;

    private SpriteParts(int width, int height, int[] numbers, IReadOnlyList<SpritePart> parts) => (_width, _height, _numbers, _parts) = (width, height, numbers, parts);

    /// <summary>Finds the parts.</summary>
    /// <param name="sprite">The sprite.</param>
    /// <param name="faint">Alpha up to which nothing can be seen; something must be above it.</param>
    public static SpriteParts Of(Picture sprite, int faint)
    {
        var (numbers, parts, stack) = (new int[sprite.Width * sprite.Height], new List<SpritePart>(), new Stack<int>());
        for (var start = 0; start < numbers.Length; start++)
        {
            if (numbers[start] != 0 || sprite.Pixels[(start * 4) + 3] <= faint)
                continue;
            var number = parts.Count + 1;
            var (box, pixels, mass) = (new Box(int.MaxValue, int.MaxValue, 0, 0), 0, 0L);
            numbers[start] = number;
            stack.Push(start);
            while (stack.TryPop(out var at))
            {
                var (y, x) = Math.DivRem(at, sprite.Width);
                (box, pixels, mass) = (box.With(new Box(x, y, x + 1, y + 1)), pixels + 1, mass + sprite.Pixels[(at * 4) + 3]);
                for (var row = Math.Max(0, y - 1); row <= Math.Min(sprite.Height - 1, y + 1); row++)
                {
                    for (var column = Math.Max(0, x - 1); column <= Math.Min(sprite.Width - 1, x + 1); column++)
                    {
                        var next = (row * sprite.Width) + column;
                        if (numbers[next] != 0 || sprite.Pixels[(next * 4) + 3] <= faint)
                            continue;
                        numbers[next] = number;
                        stack.Push(next);
                    }
                }
            }

            parts.Add(new SpritePart(number, box, pixels, mass));
        }

        return new SpriteParts(sprite.Width, sprite.Height, numbers, parts);
    }

    /// <summary>The box of the mascot, and the parts that are none of it.</summary>
    public (Box Kept, IReadOnlyList<SpritePart> Left) Divide()
    {
        var total = (double)_parts.Sum(part => part.Mass);
        var largest = _parts.MaxBy(part => part.Mass)!;
        var frames = _parts.Where(part => part != largest && IsFrame(part, total)).ToHashSet();
        var box = _parts.Where(part => part == largest || (part.Mass >= Considerable * total && !frames.Contains(part))).Aggregate(largest.Box, (all, part) => all.With(part.Box));

        // Each that is taken may bring others near.
        var open = _parts.Where(part => part != largest && !frames.Contains(part) && part.Mass < Considerable * total).ToList();
        while (open.OrderBy(part => box.Beyond(part.Box)).FirstOrDefault(part => !IsStray(part, box, total)) is { } near)
        {
            box = open.Where(part => box.Beyond(part.Box) == 0).Append(near).Aggregate(box, (all, part) => all.With(part.Box));
            open.RemoveAll(part => box.Beyond(part.Box) == 0);
        }

        // What is made of many small parts is no mascot with specks around it.
        SpritePart[] left = [.. frames.Where(part => box.Beyond(part.Box) > 0).Concat(open).OrderBy(part => part.Number)];
        return left.Sum(part => part.Mass) < MostOfAll * total ? (box, left) : (_parts.Aggregate(largest.Box, (all, part) => all.With(part.Box)), []);
    }

    /// <summary>Makes a part transparent.</summary>
    public void Erase(Picture sprite, SpritePart part)
    {
        for (var y = part.Box.Top; y < part.Box.Bottom; y++)
        {
            for (var x = part.Box.Left; x < part.Box.Right; x++)
            {
                if (_numbers[(y * _width) + x] == part.Number)
                    sprite.Pixels.AsSpan(((y * _width) + x) * 4, 4).Clear();
            }
        }
    }

    private static bool IsStray(SpritePart part, Box box, double total)
    {
        var beyond = (double)box.Beyond(part.Box) / box.Side;
        return beyond > Far || (beyond > NotNear && part.Mass < NextToNothing * total);
    }

    private bool IsFrame(SpritePart part, double total)
    {
        var (width, height) = (part.Box.Right - part.Box.Left, part.Box.Bottom - part.Box.Top);
        var isAtEdge = part.Box.Left == 0 || part.Box.Top == 0 || part.Box.Right == _width || part.Box.Bottom == _height;
        return isAtEdge && (width * 2 > _width || height * 2 > _height) && part.Pixels <= 2 * Thickest * (width + height) && part.Mass < MostOfFrame * total;
    }
}
