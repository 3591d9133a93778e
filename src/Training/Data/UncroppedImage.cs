namespace Slipway.Training.Data;

/// <summary>A resized picture out of which every use cuts another part of the trained size.</summary>
/// <param name="Rgb">Row-major, 3 bytes a pixel.</param>
/// <param name="Mask">As <see cref="TrainingImage.Mask"/>, of the whole.</param>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
public sealed record UncroppedImage(byte[] Rgb, byte[]? Mask, int Width, int Height);
