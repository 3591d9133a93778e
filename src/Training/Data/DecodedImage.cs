namespace Slipway.Training;

/// <summary>A decoded image: straight alpha, row-major, 4 bytes a pixel.</summary>
/// <param name="Rgba">Width × height × 4 bytes.</param>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
public sealed record DecodedImage(byte[] Rgba, int Width, int Height)
{
    public bool HasAlpha
    {
        get
        {
            for (var i = 3; i < Rgba.Length; i += 4)
            {
                if (Rgba[i] < 255)
                    return true;
            }
            return false;
        }
    }
}
