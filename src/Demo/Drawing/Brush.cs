using SkiaSharp;

namespace Slipway.Demo.Drawing;

/// <summary>The drawing vocabulary: antialiased shapes on a unit square, x to the right, y down, whatever the pixels.</summary>
internal sealed class Brush : IDisposable
{
    private readonly SKCanvas _canvas;
    private readonly SKPaint _paint = new() { IsAntialias = true, StrokeCap = SKStrokeCap.Round, StrokeJoin = SKStrokeJoin.Round };
    private (SKColor Color, float Width)? _silhouette;

    public Brush(SKCanvas canvas, int size)
    {
        _canvas = canvas;
        _canvas.Scale(size);
    }

    public void Dispose() => _paint.Dispose();

    /// <summary>Draws in a unit square of side <paramref name="size"/> around (<paramref name="x"/>, <paramref name="y"/>).</summary>
    public void Within(double x, double y, double size, bool flip, double degrees, Action draw)
    {
        _canvas.Save();
        _canvas.Translate((float)x, (float)y);
        _canvas.RotateDegrees((float)degrees);
        _canvas.Scale((float)(flip ? -size : size), (float)size);
        _canvas.Translate(-0.5f, -0.5f);
        draw();
        _canvas.Restore();
    }

    /// <summary>Draws all opaque shapes of <paramref name="draw"/> in one colour, <paramref name="width"/> thicker on every side.</summary>
    public void Silhouette(SKColor color, double width, Action draw)
    {
        _silhouette = (color, (float)width);
        draw();
        _silhouette = null;
    }

    public void Box(double x, double y, double width, double height, SKColor color, double radius = 0) =>
        Put(color, 0, paint => _canvas.DrawRoundRect(Rect(x, y, width, height), (float)radius, (float)radius, paint));

    public void Circle(double x, double y, double radius, SKColor color) => Oval(x, y, radius, radius, color);

    public void Oval(double x, double y, double rx, double ry, SKColor color) =>
        Put(color, 0, paint => _canvas.DrawOval((float)x, (float)y, (float)rx, (float)ry, paint));

    public void Ring(double x, double y, double radius, double width, SKColor color) =>
        Put(color, width, paint => _canvas.DrawOval((float)x, (float)y, (float)radius, (float)radius, paint));

    public void Arc(double x, double y, double rx, double ry, double from, double sweep, double width, SKColor color) =>
        Put(color, width, paint => _canvas.DrawArc(Rect(x - rx, y - ry, 2 * rx, 2 * ry), (float)from, (float)sweep, false, paint));

    /// <summary>A filled slice of an ellipse between its ends: a half moon for 180°.</summary>
    public void Segment(double x, double y, double rx, double ry, double from, double sweep, SKColor color)
    {
        using var builder = new SKPathBuilder();
        builder.AddArc(Rect(x - rx, y - ry, 2 * rx, 2 * ry), (float)from, (float)sweep);
        builder.Close();
        using var path = builder.Detach();
        Put(color, 0, paint => _canvas.DrawPath(path, paint));
    }

    public void Polygon(SKColor color, params (double X, double Y)[] corners)
    {
        using var path = Polyline(corners, close: true);
        Put(color, 0, paint => _canvas.DrawPath(path, paint));
    }

    public void Line(SKColor color, double width, params (double X, double Y)[] points)
    {
        using var path = Polyline(points, close: false);
        Put(color, width, paint => _canvas.DrawPath(path, paint));
    }

    /// <summary>A stroke from one point to another, bent towards the middle one.</summary>
    public void Bow(SKColor color, double width, (double X, double Y) from, (double X, double Y) bend, (double X, double Y) to)
    {
        using var builder = new SKPathBuilder();
        builder.MoveTo(Point(from));
        builder.QuadTo(Point(bend), Point(to));
        using var path = builder.Detach();
        Put(color, width, paint => _canvas.DrawPath(path, paint));
    }

    /// <summary>A leaf or flame: two bows between its ends, <paramref name="width"/> apart.</summary>
    public void Leaf(SKColor color, (double X, double Y) from, (double X, double Y) to, double width, double bend = 0)
    {
        var (dx, dy) = (to.X - from.X, to.Y - from.Y);
        var (mx, my) = ((from.X + to.X) / 2, (from.Y + to.Y) / 2);
        var length = Math.Max(1e-6, Math.Sqrt((dx * dx) + (dy * dy)));
        var (nx, ny) = (-dy / length, dx / length);
        using var builder = new SKPathBuilder();
        builder.MoveTo(Point(from));
        builder.QuadTo(Point((mx + (nx * (bend + width)), my + (ny * (bend + width)))), Point(to));
        builder.QuadTo(Point((mx + (nx * (bend - width)), my + (ny * (bend - width)))), Point(from));
        builder.Close();
        using var path = builder.Detach();
        Put(color, 0, paint => _canvas.DrawPath(path, paint));
    }

    /// <summary>A box whose colours run evenly from top to bottom.</summary>
    public void Gradient(double x, double y, double width, double height, params SKColor[] colors)
    {
        using var shader = Vertical(y, y + height, colors);
        _paint.Shader = shader;
        Box(x, y, width, height, Ink.White);
        _paint.Shader = null;
    }

    /// <summary>Everything below <paramref name="height"/> (y for each x), its colours running to the lower edge.</summary>
    public void Land(Func<double, double> height, params SKColor[] colors)
    {
        const int steps = 48;
        var corners = Enumerable.Range(-1, steps + 3).Select(i => ((double)i / steps, height((double)i / steps))).ToList();
        using var shader = Vertical(corners.Min(corner => corner.Item2), 1, colors);
        _paint.Shader = shader;
        Polygon(Ink.White, [.. corners, (1.1, 1.1), (-0.1, 1.1)]);
        _paint.Shader = null;
    }

    /// <summary>A soft light: <paramref name="color"/> in the middle, nothing at the rim.</summary>
    public void Glow(double x, double y, double rx, double ry, SKColor color)
    {
        using var shader = SKShader.CreateRadialGradient(
            new SKPoint((float)x, (float)y),
            (float)rx,
            [color, color.WithAlpha(0)],
            null,
            SKShaderTileMode.Clamp,
            SKMatrix.CreateScale(1, (float)(ry / rx), (float)x, (float)y));
        _paint.Shader = shader;
        Oval(x, y, rx, ry, Ink.White.WithAlpha(254));
        _paint.Shader = null;
    }

    private void Put(SKColor color, double stroke, Action<SKPaint> draw)
    {
        if (_silhouette is { } silhouette)
        {
            if (color.Alpha < 255)
                return;
            _paint.Color = silhouette.Color;
            _paint.Style = stroke > 0 ? SKPaintStyle.Stroke : SKPaintStyle.StrokeAndFill;
            _paint.StrokeWidth = (float)stroke + (2 * silhouette.Width);
        }
        else
        {
            _paint.Color = color;
            _paint.Style = stroke > 0 ? SKPaintStyle.Stroke : SKPaintStyle.Fill;
            _paint.StrokeWidth = (float)stroke;
        }

        draw(_paint);
    }

    private static SKPath Polyline((double X, double Y)[] points, bool close)
    {
        using var builder = new SKPathBuilder();
        builder.AddPoly(Array.ConvertAll(points, Point), close);
        return builder.Detach();
    }

    private static SKShader Vertical(double from, double to, SKColor[] colors) =>
        SKShader.CreateLinearGradient(new SKPoint(0, (float)from), new SKPoint(0, (float)to), colors, SKShaderTileMode.Clamp);

    private static SKPoint Point((double X, double Y) point) => new((float)point.X, (float)point.Y);

    private static SKRect Rect(double x, double y, double width, double height) =>
        new((float)x, (float)y, (float)(x + width), (float)(y + height));
}
