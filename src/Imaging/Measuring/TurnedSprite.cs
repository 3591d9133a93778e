using SkiaSharp;
using Slipway.Imaging.Compositing;
using Slipway.Imaging.Pictures;

namespace Slipway.Imaging.Measuring;

/// <summary>A sprite cut to what can be seen of it, turned by whole degrees, no larger than it is looked for.</summary>
internal sealed class TurnedSprite
{
    private const int MaxSide = 192;

    private readonly Dictionary<int, Picture> _turned = [];

    /// <exception cref="InvalidDataException">Nothing of it can be seen.</exception>
    public TurnedSprite(Picture sprite) => _turned[0] = Cut(sprite);

    /// <summary>Upright.</summary>
    public Picture Upright => _turned[0];

    /// <summary>Turned clockwise.</summary>
    public Picture At(int degrees)
    {
        if (!_turned.TryGetValue(degrees, out var turned))
            _turned[degrees] = turned = Turn(degrees);
        return turned;
    }

    private Picture Turn(int degrees)
    {
        using var bitmap = Upright.ToBitmap();
        using var image = SKImage.FromBitmap(bitmap);
        var (sin, cos) = (Math.Abs(Math.Sin(degrees * Math.PI / 180)), Math.Abs(Math.Cos(degrees * Math.PI / 180)));
        var (width, height) = ((int)Math.Ceiling((Upright.Width * cos) + (Upright.Height * sin)), (int)Math.Ceiling((Upright.Width * sin) + (Upright.Height * cos)));
        using var target = new Picture(width, height).ToBitmap();
        using (var canvas = new SKCanvas(target))
        {
            canvas.Translate(width / 2f, height / 2f);
            canvas.RotateDegrees(degrees);
            canvas.DrawImage(image, -Upright.Width / 2f, -Upright.Height / 2f, new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.None));
        }

        return Picture.FromBitmap(target);
    }

    // The box by which composites place it.
    private static Picture Cut(Picture sprite)
    {
        var cut = SpriteOutline.Of(sprite)?.Picture ?? throw new InvalidDataException("The sprite is transparent everywhere; there is nothing to look for.");
        var zoom = Math.Min(1, (double)MaxSide / Math.Max(cut.Width, cut.Height));
        return zoom == 1 ? cut : cut.Resize(Math.Max(1, (int)Math.Round(cut.Width * zoom)), Math.Max(1, (int)Math.Round(cut.Height * zoom)));
    }
}
