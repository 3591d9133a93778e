using System.Runtime.InteropServices;
using SkiaSharp;
using Slipway.Engine.Files;

namespace Slipway.Imaging.Pictures;

/// <summary>A picture in memory: 8-bit RGBA with straight (not premultiplied) alpha, row by row, 4 bytes a pixel.</summary>
public sealed class Picture
{
    /// <summary>Longest side that is read, in pixels.</summary>
    public const int MaxSide = 16_384;

    /// <summary>Most pixels that are read.</summary>
    public const long MaxPixels = 100_000_000;

    // A pixel as one number has its alpha in the highest byte.
    private const uint Opaque = 0xFF00_0000;
    private const uint SeeThrough = 0x00FF_FFFF;

    /// <summary>A transparent black picture.</summary>
    public Picture(int width, int height)
        : this(width, height, new byte[checked(width * height * 4)])
    {
    }

    /// <summary>A picture of the given pixels, which are not copied.</summary>
    /// <exception cref="ArgumentException">The number of bytes is not width × height × 4.</exception>
    public Picture(int width, int height, byte[] pixels)
    {
        if (width < 1 || height < 1 || pixels.Length != (long)width * height * 4)
            throw new ArgumentException($"A picture of {width}×{height} has {(long)width * height * 4} bytes, not {pixels.Length}.");

        (Width, Height, Pixels) = (width, height, pixels);
    }

    /// <summary>Width in pixels.</summary>
    public int Width { get; }

    /// <summary>Height in pixels.</summary>
    public int Height { get; }

    /// <summary>R, G, B, A of every pixel, row by row.</summary>
    public byte[] Pixels { get; }

    /// <summary>Whether any pixel is not fully opaque.</summary>
    public bool HasAlpha => MemoryMarshal.Cast<byte, uint>(Pixels).ContainsAnyInRange(0u, Opaque - 1);

    /// <summary>Whether no pixel can be seen.</summary>
    public bool IsFullyTransparent => !MemoryMarshal.Cast<byte, uint>(Pixels).ContainsAnyExceptInRange(0u, SeeThrough);

    /// <inheritdoc cref="Load(string, ColorProfiles)"/>
    public static Picture Load(string path) => Load(path, ColorProfiles.Apply);

    /// <summary>Reads a PNG, JPEG, WebP, BMP or GIF file as a viewer shows it: turned as its EXIF data says, its colours in sRGB.</summary>
    /// <param name="path">The file.</param>
    /// <param name="profiles">What becomes of an embedded colour profile.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">Empty, truncated, too large, animated, or no picture.</exception>
    public static Picture Load(string path, ColorProfiles profiles) => File.Exists(path)
        ? Decode(File.ReadAllBytes(path), path, profiles)
        : throw new FileNotFoundException($"Picture '{path}' does not exist.", path);

    /// <summary>Decodes such a file's bytes.</summary>
    /// <param name="bytes">The file's content.</param>
    /// <param name="name">What errors call it.</param>
    /// <param name="profiles">What becomes of an embedded colour profile.</param>
    /// <exception cref="InvalidDataException">Empty, truncated, too large, animated, or no picture.</exception>
    public static Picture Decode(byte[] bytes, string name, ColorProfiles profiles = ColorProfiles.Apply)
    {
        if (bytes.Length == 0)
            throw new InvalidDataException($"Picture '{name}' is empty (0 bytes); expected a PNG, JPEG or WebP file.");
        using var data = SKData.CreateCopy(bytes);
        using var codec = SKCodec.Create(data) ?? throw new InvalidDataException($"Picture '{name}' is not a readable PNG, JPEG or WebP file ({bytes.Length} bytes).");
        var container = PictureContainer.Read(new MemoryStream(bytes, writable: false));
        PictureHeader.Check(codec, container, name);
        var picture = new Picture(codec.Info.Width, codec.Info.Height);
        using var color = container.HasProfile && profiles == ColorProfiles.Apply ? SKColorSpace.CreateSrgb() : null;
        var result = picture.WithPointer(pointer => codec.GetPixels(picture.Layout.WithColorSpace(color), pointer));
        return result == SKCodecResult.Success
            ? picture.Turned(container.Orientation)
            : throw new InvalidDataException($"Picture '{name}' is damaged or cut off ({result}); write or copy it again.");
    }

    /// <summary>The picture as a viewer shows it.</summary>
    /// <param name="orientation">By Exif 2.32, tag 0x0112: 1 to 8; 5 to 8 change width and height for each other.</param>
    internal Picture Turned(int orientation)
    {
        if (orientation == 1)
            return this;
        var (isTransposed, isMirrored, isUpsideDown) = (orientation >= 5, orientation is 2 or 3 or 6 or 7, orientation is 3 or 4 or 7 or 8);
        var turned = isTransposed ? new Picture(Height, Width) : new Picture(Width, Height);
        for (var y = 0; y < turned.Height; y++)
        {
            for (var x = 0; x < turned.Width; x++)
            {
                var (u, v) = (isMirrored ? turned.Width - 1 - x : x, isUpsideDown ? turned.Height - 1 - y : y);
                var (sourceX, sourceY) = isTransposed ? (v, u) : (u, v);
                Pixels.AsSpan(((sourceY * Width) + sourceX) * 4, 4).CopyTo(turned.Pixels.AsSpan(((y * turned.Width) + x) * 4));
            }
        }

        return turned;
    }

    /// <summary>An opaque grey picture of 1 byte a pixel, row by row.</summary>
    public static Picture FromGrey(int width, int height, ReadOnlySpan<byte> grey)
    {
        var picture = new Picture(width, height);
        for (var i = 0; i < width * height; i++)
        {
            picture.Pixels.AsSpan(i * 4, 3).Fill(grey[i]);
            picture.Pixels[(i * 4) + 3] = 255;
        }

        return picture;
    }

    /// <summary>From opaque RGB bytes, 3 a pixel, row by row.</summary>
    public static Picture FromRgb(int width, int height, ReadOnlySpan<byte> rgb)
    {
        var picture = new Picture(width, height);
        for (var i = 0; i < width * height; i++)
        {
            rgb.Slice(i * 3, 3).CopyTo(picture.Pixels.AsSpan(i * 4));
            picture.Pixels[(i * 4) + 3] = 255;
        }

        return picture;
    }

    /// <summary>The alpha as an opaque grey picture: white where this one is opaque.</summary>
    public Picture AlphaAsGrey() => FromGrey(Width, Height, [.. Enumerable.Range(0, Width * Height).Select(i => Pixels[(i * 4) + 3])]);

    /// <summary>The red channel, 1 byte a pixel: a grey picture's values.</summary>
    public byte[] ToGrey() => [.. Enumerable.Range(0, Width * Height).Select(i => Pixels[i * 4])];

    /// <summary>The colours without alpha, 3 bytes a pixel. Hidden colours of transparent pixels come out: flatten first.</summary>
    public byte[] ToRgb()
    {
        var rgb = new byte[Width * Height * 3];
        for (var i = 0; i < Width * Height; i++)
            Pixels.AsSpan(i * 4, 3).CopyTo(rgb.AsSpan(i * 3));

        return rgb;
    }

    /// <summary>A copy of a Skia bitmap.</summary>
    public static Picture FromBitmap(SKBitmap bitmap)
    {
        var picture = new Picture(bitmap.Width, bitmap.Height);
        using var pixels = bitmap.PeekPixels();
        picture.WithPointer(pointer => pixels.ReadPixels(picture.Layout, pointer, picture.Width * 4, 0, 0));
        return picture;
    }

    /// <summary>A Skia bitmap with premultiplied alpha, the caller's to dispose.</summary>
    public SKBitmap ToBitmap()
    {
        var bitmap = new SKBitmap(new SKImageInfo(Width, Height, SKColorType.Rgba8888, SKAlphaType.Premul));
        WithPointer(pointer =>
        {
            using var source = new SKPixmap(Layout, pointer);
            return source.ReadPixels(bitmap.Info, bitmap.GetPixels(), bitmap.RowBytes, 0, 0);
        });
        return bitmap;
    }

    /// <summary>The picture over one colour: opaque, nothing of the hidden colours left.</summary>
    public Picture Flatten(byte red, byte green, byte blue)
    {
        var flat = new Picture(Width, Height);
        Span<int> under = [red, green, blue];
        for (var i = 0; i < Pixels.Length; i += 4)
        {
            int alpha = Pixels[i + 3];
            for (var c = 0; c < 3; c++)
                flat.Pixels[i + c] = (byte)(((Pixels[i + c] * alpha) + (under[c] * (255 - alpha)) + 127) / 255);

            flat.Pixels[i + 3] = 255;
        }

        return flat;
    }

    /// <summary>A part of the picture; the picture itself where that is all of it.</summary>
    /// <exception cref="ArgumentException">The part reaches beyond the picture.</exception>
    public Picture Crop(int left, int top, int width, int height)
    {
        if (left < 0 || top < 0 || width < 1 || height < 1 || left > Width - width || top > Height - height)
            throw new ArgumentException($"{width}×{height} pixels from ({left}, {top}) are no part of a picture of {Width}×{Height}.");

        if (width == Width && height == Height)
            return this;

        var part = new Picture(width, height);
        for (var y = 0; y < height; y++)
            Pixels.AsSpan((((top + y) * Width) + left) * 4, width * 4).CopyTo(part.Pixels.AsSpan(y * width * 4));

        return part;
    }

    /// <summary>
    /// The picture at another size, resampled with premultiplied alpha: the mean of the covered area where it
    /// shrinks, Mitchell's cubic where it grows.
    /// </summary>
    public Picture Resize(int width, int height)
    {
        using var source = ToBitmap();
        using var image = SKImage.FromBitmap(source);
        using var target = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Premul));
        using var pixels = target.PeekPixels();
        var sampling = width < Width || height < Height
            ? new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear)
            : new SKSamplingOptions(SKCubicResampler.Mitchell);
        image.ScalePixels(pixels, sampling);
        return FromBitmap(target);
    }

    /// <summary>The PNG file's bytes, RGB where the picture is opaque, else RGBA: the same for the same picture and texts.</summary>
    /// <param name="texts">Text chunks by keyword, such as A1111's <c>parameters</c>.</param>
    public byte[] EncodePng(IReadOnlyDictionary<string, string>? texts = null)
    {
        var bytes = WithPointer(pointer =>
        {
            using var pixmap = new SKPixmap(HasAlpha ? Layout : Layout.WithAlphaType(SKAlphaType.Opaque), pointer);
            using var data = pixmap.Encode(new SKPngEncoderOptions(SKPngEncoderFilterFlags.AllFilters, 6));
            return data!.ToArray();
        });
        return texts is null ? bytes : PngText.Insert(bytes, texts);
    }

    /// <summary>Writes a PNG file: all of it or nothing.</summary>
    public void SavePng(string path, IReadOnlyDictionary<string, string>? texts = null) =>
        AtomicFile.Write(path, EncodePng(texts));

    /// <summary>The bytes of a file in a format, with a text that says how it was made.</summary>
    /// <param name="format">PNG, JPEG or WebP; the last two are for opaque pictures.</param>
    /// <param name="text">The web UIs' infotext; null for none.</param>
    /// <exception cref="ArgumentException">The picture has transparency, or the text is too long for a JPEG file.</exception>
    public byte[] Encode(PictureFormat format, string? text)
    {
        if (format == PictureFormat.Png)
            return EncodePng(text is null ? null : new Dictionary<string, string>(StringComparer.Ordinal) { [PictureText.Parameters] = text });
        if (HasAlpha)
            throw new ArgumentException($"A picture with transparency is not written as {format}: lay it on a colour first.", nameof(format));
        var bytes = WithPointer(pointer =>
        {
            using var pixmap = new SKPixmap(Layout.WithAlphaType(SKAlphaType.Opaque), pointer);
            using var data = format == PictureFormat.Jpeg
                ? pixmap.Encode(new SKJpegEncoderOptions(92, SKJpegEncoderDownsample.Downsample444, SKJpegEncoderAlphaOption.Ignore))
                : pixmap.Encode(new SKWebpEncoderOptions(SKWebpEncoderCompression.Lossy, 90));
            return data!.ToArray();
        });
        if (text is null)
            return bytes;
        return format == PictureFormat.Jpeg ? PictureText.IntoJpeg(bytes, text) : PictureText.IntoWebp(bytes, text, Width, Height);
    }

    /// <summary>Writes a file in a format: all of it or nothing.</summary>
    /// <exception cref="ArgumentException">The picture has transparency, or the text is too long for a JPEG file.</exception>
    public void Save(string path, PictureFormat format, string? text) => AtomicFile.Write(path, Encode(format, text));

    private SKImageInfo Layout => new(Width, Height, SKColorType.Rgba8888, SKAlphaType.Unpremul);

    private unsafe T WithPointer<T>(Func<nint, T> use)
    {
        fixed (byte* pointer = Pixels)
        {
            return use((nint)pointer);
        }
    }
}
