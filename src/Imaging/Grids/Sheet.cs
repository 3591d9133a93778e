using System.Runtime.InteropServices;
using Slipway.Imaging.Fonts;
using Slipway.Imaging.Pictures;

namespace Slipway.Imaging.Grids;

/// <summary>An opaque picture that is drawn on, in whole numbers alone: equal bytes on every processor.</summary>
internal sealed class Sheet
{
    public Sheet(int width, int height, Shade paper)
    {
        Picture = new Picture(width, height);
        Fill(0, 0, width, height, paper);
    }

    /// <summary>What has been drawn.</summary>
    public Picture Picture { get; }

    public void Fill(int left, int top, int width, int height, Shade shade)
    {
        for (var y = Math.Max(0, top); y < Math.Min(Picture.Height, top + height); y++)
        {
            for (var x = Math.Max(0, left); x < Math.Min(Picture.Width, left + width); x++)
                Set(x, y, shade, 255);
        }
    }

    /// <summary>A frame of one pixel, inside the given borders.</summary>
    public void Frame(int left, int top, int width, int height, Shade shade)
    {
        Fill(left, top, width, 1, shade);
        Fill(left, top + height - 1, width, 1, shade);
        Fill(left, top, 1, height, shade);
        Fill(left + width - 1, top, 1, height, shade);
    }

    /// <summary>Each pixel of the picture as a square of <paramref name="scale"/> pixels, laid over what is there.</summary>
    public void Place(Picture picture, int left, int top, int scale)
    {
        for (var y = 0; y < picture.Height * scale; y++)
        {
            for (var x = 0; x < picture.Width * scale; x++)
            {
                var at = (((y / scale) * picture.Width) + (x / scale)) * 4;
                Set(left + x, top + y, new Shade(picture.Pixels[at], picture.Pixels[at + 1], picture.Pixels[at + 2]), picture.Pixels[at + 3]);
            }
        }
    }

    /// <summary>A line of text; what reaches beyond the sheet is cut.</summary>
    public void Write(LabelMask mask, int left, int top, Shade ink)
    {
        for (var y = 0; y < mask.Height; y++)
        {
            for (var x = 0; x < mask.Width; x++)
            {
                var (column, row) = (left + mask.Left + x, top + y);
                if (mask.Coverage[(y * mask.Width) + x] is > 0 and var cover && column >= 0 && column < Picture.Width && row >= 0 && row < Picture.Height)
                    Set(column, row, ink, cover);
            }
        }
    }

    private void Set(int x, int y, Shade shade, int cover)
    {
        var pixel = Picture.Pixels.AsSpan(((y * Picture.Width) + x) * 4, 4);
        pixel[0] = Mix(pixel[0], shade.Red, cover);
        pixel[1] = Mix(pixel[1], shade.Green, cover);
        pixel[2] = Mix(pixel[2], shade.Blue, cover);
        pixel[3] = 255;
    }

    private static byte Mix(int under, int over, int cover) => (byte)(((over * cover) + (under * (255 - cover)) + 127) / 255);
}

/// <summary>A colour.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Shade(byte Red, byte Green, byte Blue);
