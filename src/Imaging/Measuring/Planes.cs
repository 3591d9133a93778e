using Slipway.Imaging.Pictures;

namespace Slipway.Imaging.Measuring;

/// <summary>A picture's three colour channels, 0 to 255, row by row, and room for what is computed at a place of it.</summary>
internal sealed class Planes
{
    private (int Index, int At)[] _places = [];
    private float[] _value = [];
    private float[] _expected = [];
    private float[] _alpha = [];

    public Planes(Picture picture)
    {
        (Width, Height) = (picture.Width, picture.Height);
        Channels = [new float[Width * Height], new float[Width * Height], new float[Width * Height]];
        for (var i = 0; i < Width * Height; i++)
        {
            for (var c = 0; c < 3; c++)
                Channels[c][i] = picture.Pixels[(i * 4) + c];
        }
    }

    public int Width { get; }

    public int Height { get; }

    public float[][] Channels { get; }

    public bool Has(int x, int y) => (uint)x < (uint)Width && (uint)y < (uint)Height;

    /// <summary>Numbers of a template's pixels, and where in the picture they lie.</summary>
    public (int Index, int At)[] Places(int count) => _places.Length >= count ? _places : _places = new (int, int)[count];

    /// <summary>What is there and what is expected, of three channels, and the opacity.</summary>
    public (float[] Value, float[] Expected, float[] Alpha) Values(int count)
    {
        if (_alpha.Length < count)
            (_value, _expected, _alpha) = (new float[count * 3], new float[count * 3], new float[count]);
        return (_value, _expected, _alpha);
    }
}
