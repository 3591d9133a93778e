namespace Slipway.Imaging.Fonts;

/// <summary>A line of text as the share of each pixel that it covers.</summary>
/// <param name="Left">Where the mask begins, counted from where the text begins, in pixels: letters may reach beyond.</param>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
/// <param name="Coverage">0 to 255, row by row.</param>
public sealed record LabelMask(int Left, int Width, int Height, byte[] Coverage);
