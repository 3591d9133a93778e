using SkiaSharp;
using Slipway.Imaging;

namespace Slipway.Demo;

/// <summary>
/// The mascot sail_kun: a small sailing boat with a face, drawn in code. Few colours, thick outlines and a big face,
/// so that it is itself at forty pixels too.
/// </summary>
public static class Mascot
{
    private static readonly SKColor Outline = new(0x1E, 0x2A, 0x4A);
    private static readonly SKColor Hull = new(0xF0, 0x45, 0x3A);
    private static readonly SKColor HullShade = new(0xC9, 0x2F, 0x35);
    private static readonly SKColor Stripe = new(0xFF, 0xF4, 0xDC);
    private static readonly SKColor Sail = new(0xFF, 0xF7, 0xE3);
    private static readonly SKColor SailShade = new(0xF3, 0xDF, 0xB4);
    private static readonly SKColor Jib = new(0xFF, 0xB9, 0x2E);
    private static readonly SKColor Flag = new(0x2F, 0x80, 0xED);
    private static readonly SKColor Mast = new(0x8A, 0x5A, 0x34);
    private static readonly SKColor Cheek = new(0xFF, 0x9D, 0x8F);

    /// <summary>The sprite, transparent around it.</summary>
    /// <param name="size">Side in pixels.</param>
    public static Picture Draw(int size)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(size, size, SKColorType.Rgba8888, SKAlphaType.Premul));
        using var canvas = new SKCanvas(bitmap);
        canvas.Clear(SKColors.Transparent);
        canvas.Scale(size / 100f);
        DrawRig(canvas);
        DrawHull(canvas);
        DrawFace(canvas);
        return Picture.FromBitmap(bitmap);
    }

    private static void DrawRig(SKCanvas canvas)
    {
        Shape(canvas, Mast, path => path.AddRoundRect(new SKRect(44.5f, 6, 49.5f, 64), 2, 2));
        Shape(canvas, Flag, path =>
        {
            path.MoveTo(49, 5);
            path.LineTo(66, 10);
            path.LineTo(49, 16);
            path.Close();
        });
        Shape(canvas, Sail, path =>
        {
            path.MoveTo(52, 18);
            path.CubicTo(72, 26, 86, 42, 89, 57);
            path.CubicTo(77, 60, 64, 60, 52, 58);
            path.Close();
        });
        Fill(canvas, SailShade, path =>
        {
            path.MoveTo(53.5f, 50);
            path.CubicTo(64, 53, 76, 53, 85, 50);
            path.LineTo(87, 55.5f);
            path.CubicTo(76, 58, 64, 58, 53.5f, 56.3f);
            path.Close();
        });
        Shape(canvas, Jib, path =>
        {
            path.MoveTo(42, 18);
            path.CubicTo(34, 32, 24, 46, 10, 57);
            path.CubicTo(22, 60, 32, 60, 42, 58);
            path.Close();
        });
    }

    private static void DrawHull(SKCanvas canvas)
    {
        Shape(canvas, Hull, HullPath);
        canvas.Save();
        using (var clip = Path(HullPath))
        {
            canvas.ClipPath(clip, SKClipOperation.Intersect, antialias: true);
        }

        Fill(canvas, HullShade, path => path.AddOval(new SKRect(0, 84, 100, 116)));
        Fill(canvas, Stripe, path => path.AddRect(new SKRect(0, 60, 100, 65.5f)));
        canvas.Restore();
        Stroke(canvas, 2.6f, HullPath);
    }

    private static void HullPath(SKPathBuilder path)
    {
        path.MoveTo(5, 60);
        path.LineTo(95, 60);
        path.CubicTo(94, 80, 84, 95, 66, 96);
        path.LineTo(34, 96);
        path.CubicTo(16, 95, 6, 80, 5, 60);
        path.Close();
    }

    private static void DrawFace(SKCanvas canvas)
    {
        foreach (var x in (float[])[35, 65])
        {
            Fill(canvas, SKColors.White, path => path.AddOval(Around(x, 75, 7.6f, 8.4f)));
            Fill(canvas, Outline, path => path.AddOval(Around(x, 75.6f, 5.6f, 6.6f)));
            Fill(canvas, SKColors.White, path => path.AddOval(Around(x + 1.9f, 73, 2.1f, 2.3f)));
        }

        Fill(canvas, Cheek, path => path.AddOval(Around(23, 82.5f, 4.6f, 3.2f)));
        Fill(canvas, Cheek, path => path.AddOval(Around(77, 82.5f, 4.6f, 3.2f)));
        Stroke(canvas, 2.8f, path =>
        {
            path.MoveTo(43, 83);
            path.CubicTo(46, 89.5f, 54, 89.5f, 57, 83);
        });
    }

    private static SKRect Around(float x, float y, float halfWidth, float halfHeight)
        => new(x - halfWidth, y - halfHeight, x + halfWidth, y + halfHeight);

    private static void Shape(SKCanvas canvas, SKColor color, Action<SKPathBuilder> draw)
    {
        Fill(canvas, color, draw);
        Stroke(canvas, 2.6f, draw);
    }

    private static void Fill(SKCanvas canvas, SKColor color, Action<SKPathBuilder> draw)
    {
        using var path = Path(draw);
        using var paint = new SKPaint { IsAntialias = true, Color = color };
        canvas.DrawPath(path, paint);
    }

    private static void Stroke(SKCanvas canvas, float width, Action<SKPathBuilder> draw)
    {
        using var path = Path(draw);
        using var paint = new SKPaint
        {
            IsAntialias = true,
            Color = Outline,
            IsStroke = true,
            StrokeWidth = width,
            StrokeJoin = SKStrokeJoin.Round,
            StrokeCap = SKStrokeCap.Round,
        };
        canvas.DrawPath(path, paint);
    }

    private static SKPath Path(Action<SKPathBuilder> draw)
    {
        using var builder = new SKPathBuilder();
        draw(builder);
        return builder.Detach();
    }
}
