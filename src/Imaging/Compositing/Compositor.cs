using SkiaSharp;
using Slipway.Imaging.Pictures;

namespace Slipway.Imaging.Compositing;

/// <summary>
/// Puts a sprite onto backgrounds. Everything is resampled with premultiplied alpha, so that no hidden colour of a
/// transparent pixel bleeds into the edge.
/// </summary>
public sealed class Compositor
{
    private readonly SKImage _sprite;
    private readonly SKColorF _mean;

    /// <param name="sprite">A picture with alpha; cropped to what can be seen.</param>
    /// <param name="name">What errors call it.</param>
    /// <exception cref="InvalidDataException">The sprite has no alpha, or nothing of it can be seen.</exception>
    public Compositor(Picture sprite, string name)
    {
        if (!sprite.HasAlpha)
        {
            throw new InvalidDataException(
                $"Sprite '{name}' has no transparent pixel; expected a cut-out (PNG with alpha). Remove its background first.");
        }

        if (sprite.IsFullyTransparent)
            throw new InvalidDataException($"Sprite '{name}' is fully transparent; there is nothing to place. Export it again with its layers visible.");

        using var bitmap = sprite.ToBitmap();
        using var whole = SKImage.FromBitmap(bitmap);
        _sprite = whole.Subset(Visible(sprite));
        _mean = MeanColor(sprite);
    }

    /// <summary>The sprite on a background, placed by draws from <paramref name="seed"/>: the same seed, the same bytes.</summary>
    public Composite Compose(Picture background, CompositeOptions options, ulong seed)
    {
        var place = Placement.Draw(options, seed);
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
    public byte[] Mask(int width, int height, CompositeOptions options, ulong seed) => Mask(width, height, options, Placement.Draw(options, seed));

    /// <summary>The same for <see cref="OnFlat"/>'s picture.</summary>
    public byte[] MaskOnFlat(int size, double scale) => Mask(size, size, Flat, Placement.Middle(scale));

    /// <summary>The sprite upright in the middle of one colour, without a shadow: v01's and v02's only picture.</summary>
    /// <param name="size">Side in pixels.</param>
    /// <param name="scale">Height of the sprite, a fraction.</param>
    /// <param name="red">Red of the background.</param>
    /// <param name="green">Green of the background.</param>
    /// <param name="blue">Blue of the background.</param>
    public Picture OnFlat(int size, double scale, byte red, byte green, byte blue)
    {
        using var bitmap = new Picture(size, size).Flatten(red, green, blue).ToBitmap();
        Draw(bitmap, Flat, Placement.Middle(scale), tone: null);
        return Picture.FromBitmap(bitmap).Flatten(255, 255, 255);
    }

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
        DrawShadow(canvas, width, height, options);
        canvas.RotateDegrees((float)place.Rotation);
        canvas.Scale(place.Flipped ? -1 : 1, 1);
        DrawSprite(canvas, new SKRect(-width / 2, -height / 2, width / 2, height / 2), options.Feather, tone);
    }

    private static void DrawShadow(SKCanvas canvas, float width, float height, CompositeOptions options)
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
        canvas.DrawOval(0, height * 0.47f, width * 0.42f, height * 0.07f, paint);
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

    private static SKRectI Visible(Picture sprite)
    {
        var (left, top, right, bottom) = (sprite.Width, sprite.Height, 0, 0);
        for (var i = 0; i < sprite.Width * sprite.Height; i++)
        {
            if (sprite.Pixels[(i * 4) + 3] > 0)
            {
                var (y, x) = Math.DivRem(i, sprite.Width);
                (left, top) = (Math.Min(left, x), Math.Min(top, y));
                (right, bottom) = (Math.Max(right, x + 1), Math.Max(bottom, y + 1));
            }
        }

        return new SKRectI(left, top, right, bottom);
    }
}
