namespace Slipway.Imaging.Resampling;

/// <summary>The interpolations that sd-scripts' <c>resize_interpolation</c> names.</summary>
public enum Interpolation
{
    /// <summary>Pillow's Lanczos filter with three lobes.</summary>
    Lanczos,

    /// <summary>The pixel whose middle is nearest, OpenCV's <c>INTER_NEAREST_EXACT</c>.</summary>
    Nearest,

    /// <summary>Of the four pixels around, OpenCV's <c>INTER_LINEAR</c>; it does not widen where it shrinks.</summary>
    Bilinear,

    /// <summary>Of the sixteen pixels around with a = −0.75, OpenCV's <c>INTER_CUBIC</c>; it does not widen where it shrinks.</summary>
    Bicubic,

    /// <summary>The mean of the covered area, OpenCV's <c>INTER_AREA</c>; where a side grows, its kind of bilinear.</summary>
    Area,

    /// <summary>Pillow's box filter: the mean of the covered area in whole pixels.</summary>
    Box,
}
