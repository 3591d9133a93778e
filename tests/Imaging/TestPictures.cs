using Slipway.Imaging.Pictures;

namespace Slipway.Imaging.Tests;

/// <summary>Small pictures to test with.</summary>
internal static class TestPictures
{
    /// <summary>One colour everywhere.</summary>
    public static Picture Flat(int width, int height, byte red, byte green, byte blue, byte alpha = 255)
        => Of(width, height, (_, _) => (red, green, blue, alpha));

    /// <summary>Every pixel by its place.</summary>
    public static Picture Of(int width, int height, Func<int, int, (int Red, int Green, int Blue, int Alpha)> color)
    {
        var picture = new Picture(width, height);
        for (var i = 0; i < width * height; i++)
        {
            var pixel = color(i % width, i / width);
            (picture.Pixels[i * 4], picture.Pixels[(i * 4) + 1]) = ((byte)pixel.Red, (byte)pixel.Green);
            (picture.Pixels[(i * 4) + 2], picture.Pixels[(i * 4) + 3]) = ((byte)pixel.Blue, (byte)pixel.Alpha);
        }

        return picture;
    }

    /// <summary>Opaque, and different in every pixel.</summary>
    public static Picture Colorful(int width, int height)
        => Of(width, height, (x, y) => ((byte)(x * 7), (byte)(y * 11), (byte)((x * 3) ^ (y * 5)), 255));

    /// <summary>A disc of one colour with a hard edge; the hidden colour around it is black, as most programs leave it.</summary>
    public static Picture Disc(int size, byte red, byte green, byte blue)
        => Of(size, size, (x, y) => Math.Pow(x + 0.5 - (size / 2.0), 2) + Math.Pow(y + 0.5 - (size / 2.0), 2) < size * size / 9.0
            ? (red, green, blue, 255)
            : (0, 0, 0, 0));

    /// <summary>Red, green, blue and alpha of a pixel.</summary>
    public static (byte Red, byte Green, byte Blue, byte Alpha) At(this Picture picture, int x, int y)
    {
        var i = ((y * picture.Width) + x) * 4;
        return (picture.Pixels[i], picture.Pixels[i + 1], picture.Pixels[i + 2], picture.Pixels[i + 3]);
    }
}
