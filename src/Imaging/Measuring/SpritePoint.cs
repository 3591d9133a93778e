using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Slipway.Imaging.Measuring;

/// <summary>A pixel of a sprite that can be seen.</summary>
/// <param name="X">Column, from the template's left edge.</param>
/// <param name="Y">Row, from its top edge.</param>
/// <param name="Alpha">Opacity, 0 to 1.</param>
/// <param name="Color">Red, green, blue of 255, and 1.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SpritePoint(int X, int Y, float Alpha, Vector128<float> Color)
{
    /// <summary>
    /// About so many of them, spread over all: one out of each run of equal length. Which one of a run changes from run to run, since the same one of each
    /// would be the same columns of every row.
    /// </summary>
    public static SpritePoint[] Some(SpritePoint[] all, int count)
    {
        var step = Math.Max(1, all.Length / count);
        return step == 1 ? all : [.. Enumerable.Range(0, all.Length / step).Select(run => all[(run * step) + (int)(unchecked((uint)run * 2654435761) >> 16) % step])];
    }
}
