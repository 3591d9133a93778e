using SkiaSharp;
using Slipway.Imaging.Pictures;

namespace Slipway.Imaging.Compositing;

/// <summary>
/// Puts a sprite onto backgrounds. Everything is resampled with premultiplied alpha, so that no hidden colour of a
/// transparent pixel bleeds into the edge.
/// </summary>
public sealed class Compositor
{
    /// <summary>How far from where an upright sprite ends, in its heights, a turned one may end for the shadow to stay in its place.</summary>
    private const double Slack = 0.05;

    /// <summary>From how many degrees the shadow is as wide as the turned sprite.</summary>
    private const double LyingFrom = 45;

    private readonly SKImage _sprite;
    private readonly SKColorF _mean;

    /// <param name="sprite">A picture with alpha; placed by what can be seen of it.</param>
    /// <param name="name">What errors call it.</param>
    /// <exception cref="InvalidDataException">The sprite has no alpha, or nothing of it can be seen.</exception>
    public Compositor(Picture sprite, string name)
    {
        if (!sprite.HasAlpha)
        {
            throw new InvalidDataException(
                $"Sprite '{name}' has no transparent pixel; expected a cut-out (PNG with alpha). Remove its background first.");
        }

        Outline = SpriteOutline.Of(sprite)
            ?? throw new InvalidDataException($"Sprite '{name}' is fully transparent; there is nothing to place. Export it again with its layers visible.");
        using var bitmap = Outline.Picture.ToBitmap();
        _sprite = SKImage.FromBitmap(bitmap);
        _mean = MeanColor(Outline.Picture);
    }

    /// <summary>What of the sprite can be seen.</summary>
    public SpriteOutline Outline { get; }

    /// <summary>The sprite on a background, placed by draws from <paramref name="seed"/>: the same seed, the same bytes.</summary>
    public Composite Compose(Picture background, CompositeOptions options, ulong seed)
    {
        var place = Place(options, seed, background.Width, background.Height);
        using var bitmap = background.ToBitmap();
        using var tone = Tone(background, options.ToneMatch, place);
        Draw(bitmap, options, place, tone);
        return new Composite(Picture.FromBitmap(bitmap).Flatten(255, 255, 255), place.X, place.Y, place.Scale, place.Flipped, place.Rotation);
    }

    /// <summary>
    /// How much of each pixel the sprite covers in the picture that <see cref="Compose"/> makes of the same seed: 0 is all
    /// background, 255 all sprite. The shadow is background.
    /// </summary>
    /// <returns><paramref name="width"/> × <paramref name="height"/> values, row by row.</returns>
    public byte[] Mask(int width, int height, CompositeOptions options, ulong seed) => Mask(width, height, options, Place(options, seed, width, height));

    /// <summary>The same for <see cref="OnFlat"/>'s picture.</summary>
    public byte[] MaskOnFlat(int size, double scale) => Mask(size, size, Flat, Middle(size, scale));

    /// <summary>The sprite upright in the middle of one colour, without a shadow: v01's and v02's only picture.</summary>
    /// <param name="size">Side in pixels.</param>
    /// <param name="scale">Height of the sprite, a fraction.</param>
    /// <param name="red">Red of the background.</param>
    /// <param name="green">Green of the background.</param>
    /// <param name="blue">Blue of the background.</param>
    public Picture OnFlat(int size, double scale, byte red, byte green, byte blue)
    {
        using var bitmap = new Picture(size, size).Flatten(red, green, blue).ToBitmap();
        Draw(bitmap, Flat, Middle(size, scale), tone: null);
        return Picture.FromBitmap(bitmap).Flatten(255, 255, 255);
    }

    /// <summary>Whether the sprite has to be moved or made smaller for all of it to be in a picture of this size.</summary>
    /// <param name="width">Of the picture, pixels.</param>
    /// <param name="height">Of the picture, pixels.</param>
    /// <param name="options">The ranges to draw from.</param>
    /// <param name="seed">Of the draws.</param>
    public bool IsMadeToFit(int width, int height, CompositeOptions options, ulong seed) => Placement.Draw(options, seed) is var drawn && drawn != drawn.Within(width, height, Outline);

    private Placement Place(CompositeOptions options, ulong seed, int width, int height)
    {
        var drawn = Placement.Draw(options, seed);
        return options.Whole ? drawn.Within(width, height, Outline) : drawn;
    }

    private Placement Middle(int size, double scale) => Placement.Middle(scale).Within(size, size, Outline);

    private static CompositeOptions Flat { get; } = new() { ShadowOpacity = 0, Feather = 0 };

    private byte[] Mask(int width, int height, CompositeOptions options, Placement place)
    {
        using var bitmap = new Picture(width, height).ToBitmap();
        Draw(bitmap, options with { ShadowOpacity = 0 }, place, tone: null);
        var pixels = Picture.FromBitmap(bitmap).Pixels;
        return [.. Enumerable.Range(0, width * height).Select(i => pixels[(i * 4) + 3])];
    }

    private void Draw(SKBitmap bitmap, CompositeOptions options, Placement place, SKColorFilter? tone)
    {
        using var canvas = new SKCanvas(bitmap);
        var height = (float)(place.Scale * bitmap.Height);
        var width = height * _sprite.Width / _sprite.Height;
        canvas.Translate((float)(place.X * bitmap.Width), (float)(place.Y * bitmap.Height));
        DrawShadow(canvas, width, height, place, options);
        canvas.RotateDegrees((float)place.Rotation);
        canvas.Scale(place.Flipped ? -1 : 1, 1);
        DrawSprite(canvas, new SKRect(-width / 2, -height / 2, width / 2, height / 2), options.Feather, tone);
    }

    private void DrawShadow(SKCanvas canvas, float width, float height, Placement place, CompositeOptions options)
    {
        if (options.ShadowOpacity <= 0)
            return;

        using var blur = SKMaskFilter.CreateBlur(SKBlurStyle.Normal, (float)(options.ShadowSoftness * height));
        using var paint = new SKPaint
        {
            IsAntialias = true,
            Color = SKColors.Black.WithAlpha((byte)(options.ShadowOpacity * 255)),
            MaskFilter = blur,
        };

        // It lies under what is lowest of the sprite; a small turn leaves it under the box.
        var reach = Outline.Reach(place.Flipped, place.Rotation);
        var bottom = reach.Bottom - 0.5;
        var lower = (float)(bottom > 0 ? Math.Min(bottom, Math.Max(0, 2 * (bottom - Slack))) : Math.Max(bottom, Math.Min(0, 2 * (bottom + Slack))));
        var shown = Math.Abs(place.Rotation) > LyingFrom ? height * (float)(reach.Right - reach.Left) : width;
        canvas.DrawOval(0, height * (0.47f + lower), shown * 0.42f, height * 0.07f, paint);
    }

    /// <summary>The sprite, then its own blurred alpha kept inside it: the edge fades, nothing grows.</summary>
    private void DrawSprite(SKCanvas canvas, SKRect place, double feather, SKColorFilter? tone)
    {
        var sampling = new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear);
        using var paint = new SKPaint { IsAntialias = true, ColorFilter = tone };
        if (feather <= 0)
        {
            canvas.DrawImage(_sprite, place, sampling, paint);
            return;
        }

        canvas.SaveLayer();
        canvas.DrawImage(_sprite, place, sampling, paint);
        using var blur = SKImageFilter.CreateBlur((float)feather, (float)feather);
        using var keep = new SKPaint { BlendMode = SKBlendMode.DstIn, ImageFilter = blur };
        canvas.DrawImage(_sprite, place, sampling, keep);
        canvas.Restore();
    }

    /// <summary>Gains that move the sprite's mean colour towards the background's behind it, at most ±40 %.</summary>
    private SKColorFilter? Tone(Picture background, double strength, Placement place)
    {
        if (strength <= 0)
            return null;

        var half = place.Scale / 2;
        var behind = MeanColor(background, place.X - half, place.Y - half, place.X + half, place.Y + half);
        float Gain(float own, float other) => (float)Math.Clamp(1 + (strength * ((other / Math.Max(own, 0.05f)) - 1)), 0.6, 1.4);
        return SKColorFilter.CreateColorMatrix(
        [
            Gain(_mean.Red, behind.Red), 0, 0, 0, 0,
            0, Gain(_mean.Green, behind.Green), 0, 0, 0,
            0, 0, Gain(_mean.Blue, behind.Blue), 0, 0,
            0, 0, 0, 1, 0,
        ]);
    }

    private static SKColorF MeanColor(Picture picture, double left = 0, double top = 0, double right = 1, double bottom = 1)
    {
        Span<double> sum = stackalloc double[3];
        double weight = 0;
        for (var y = Math.Max(0, (int)(top * picture.Height)); y < Math.Min(picture.Height, bottom * picture.Height); y++)
        {
            for (var x = Math.Max(0, (int)(left * picture.Width)); x < Math.Min(picture.Width, right * picture.Width); x++)
            {
                var pixel = picture.Pixels.AsSpan(((y * picture.Width) + x) * 4, 4);
                var alpha = pixel[3] / 255.0;
                weight += alpha;
                for (var c = 0; c < 3; c++)
                    sum[c] += pixel[c] / 255.0 * alpha;
            }
        }

        weight = Math.Max(weight, 1e-9);
        return new SKColorF((float)(sum[0] / weight), (float)(sum[1] / weight), (float)(sum[2] / weight));
    }
}
