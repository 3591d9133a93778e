using SkiaSharp;
using Slipway.Imaging.Pictures;

namespace Slipway.Demo;

/// <summary>
/// The mascot sail_kun: a small sailing boat with a face, drawn in code. Few colours, thick outlines and a big face,
/// so that it is itself at forty pixels too.
/// </summary>
public static class Mascot
{
    private static readonly SKColor Outline = new(0x1E, 0x2A, 0x4A);
    private static readonly SKColor Hull = new(0xFF, 0xC2, 0x3D);
    private static readonly SKColor Keel = new(0xEF, 0x43, 0x3B);
    private static readonly SKColor Sail = new(0xFF, 0xFB, 0xF0);
    private static readonly SKColor SailShade = new(0xF3, 0xDF, 0xB4);
    private static readonly SKColor Jib = new(0xEF, 0x43, 0x3B);
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
        Shape(canvas, Mast, path => path.AddRoundRect(new SKRect(44.5f, 4, 49.5f, 50), 2, 2));
        Shape(canvas, Flag, path =>
        {
            path.MoveTo(49, 3);
            path.LineTo(68, 8.5f);
            path.LineTo(49, 14.5f);
            path.Close();
        });
        Shape(canvas, Sail, path =>
        {
            path.MoveTo(52, 16);
            path.CubicTo(71, 20, 84, 30, 88, 41);
            path.CubicTo(76, 44, 64, 44, 52, 42);
            path.Close();
        });
        Fill(canvas, SailShade, path =>
        {
            path.MoveTo(53.5f, 36);
            path.CubicTo(64, 38, 74, 38, 83, 36);
            path.LineTo(86, 40);
            path.CubicTo(76, 42.5f, 64, 42.5f, 53.5f, 41);
            path.Close();
        });
        Shape(canvas, Jib, path =>
        {
            path.MoveTo(42, 16);
            path.CubicTo(35, 26, 25, 35, 11, 41);
            path.CubicTo(22, 44, 32, 44, 42, 42);
            path.Close();
        });
    }

    private static void DrawHull(SKCanvas canvas)
    {
        Shape(canvas, Hull, HullPath);
        canvas.Save();
        using (var clip = Path(HullPath))
            canvas.ClipPath(clip, SKClipOperation.Intersect, antialias: true);

        Fill(canvas, Keel, path => path.AddRect(new SKRect(0, 88.5f, 100, 100)));
        canvas.Restore();
        Stroke(canvas, 2.6f, HullPath);
    }

    private static void HullPath(SKPathBuilder path)
    {
        path.MoveTo(4, 45);
        path.LineTo(96, 45);
        path.CubicTo(97, 74, 86, 96, 66, 96.5f);
        path.LineTo(34, 96.5f);
        path.CubicTo(14, 96, 3, 74, 4, 45);
        path.Close();
    }

    private static void DrawFace(SKCanvas canvas)
    {
        foreach (var x in (float[])[31, 69])
        {
            Fill(canvas, Outline, path => path.AddOval(Around(x, 61.5f, 7.4f, 9.4f)));
            Fill(canvas, SKColors.White, path => path.AddOval(Around(x + 2.2f, 57.8f, 3.1f, 3.4f)));
        }

        Fill(canvas, Cheek, path => path.AddOval(Around(19, 73.5f, 6, 4.2f)));
        Fill(canvas, Cheek, path => path.AddOval(Around(81, 73.5f, 6, 4.2f)));
        Fill(canvas, Outline, MouthPath);
        canvas.Save();
        using (var clip = Path(MouthPath))
            canvas.ClipPath(clip, SKClipOperation.Intersect, antialias: true);

        Fill(canvas, Keel, path => path.AddOval(Around(50, 84, 6.5f, 5.5f)));
        canvas.Restore();
    }

    private static void MouthPath(SKPathBuilder path)
    {
        path.MoveTo(39, 70);
        path.LineTo(61, 70);
        path.CubicTo(61, 87, 39, 87, 39, 70);
        path.Close();
    }

    private static SKRect Around(float x, float y, float halfWidth, float halfHeight) => new(x - halfWidth, y - halfHeight, x + halfWidth, y + halfHeight);

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
