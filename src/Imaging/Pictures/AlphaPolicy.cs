namespace Slipway.Imaging.Pictures;

/// <summary>What becomes of the transparency of a training picture. There is no default: hidden colours must not slip in.</summary>
public enum AlphaPolicy
{
    /// <summary>A picture with transparency is an error.</summary>
    Refuse,

    /// <summary>The picture is laid over white.</summary>
    White,

    /// <summary>The picture is laid over black.</summary>
    Black,
}

/// <summary>Applies an <see cref="AlphaPolicy"/>.</summary>
public static class AlphaPolicies
{
    /// <summary>An opaque picture, as the policy says.</summary>
    /// <exception cref="InvalidDataException">The picture has transparency and the policy refuses it.</exception>
    public static Picture Apply(this AlphaPolicy policy, Picture picture, string name) => policy switch
    {
        _ when !picture.HasAlpha => picture,
        AlphaPolicy.White => picture.Flatten(255, 255, 255),
        AlphaPolicy.Black => picture.Flatten(0, 0, 0),
        _ => throw new InvalidDataException(
            $"Picture '{name}' has transparency and the plan has no policy for it; set `alpha: white` or `alpha: black`, or remove the transparency."),
    };
}
