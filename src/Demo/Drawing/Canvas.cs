using SkiaSharp;
using Slipway.Imaging.Pictures;

namespace Slipway.Demo.Drawing;

/// <summary>A white square of pixels to draw on.</summary>
internal static class Canvas
{
    public static Picture Draw(int size, Action<Brush> draw)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(size, size, SKColorType.Rgba8888, SKAlphaType.Premul));
        bitmap.Erase(SKColors.White);
        using (var canvas = new SKCanvas(bitmap))
        using (var brush = new Brush(canvas, size))
            draw(brush);
        return Picture.FromBitmap(bitmap);
    }
}
