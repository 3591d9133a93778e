namespace Slipway.Training.Data;

/// <summary>The pixels of a training picture.</summary>
/// <param name="Rgb">As <see cref="TrainingImage.Rgb"/>.</param>
/// <param name="Mask">As <see cref="TrainingImage.Mask"/>.</param>
/// <param name="Uncropped">As <see cref="TrainingImage.Uncropped"/>.</param>
public sealed record DecodedPicture(byte[] Rgb, byte[]? Mask, UncroppedImage? Uncropped)
{
    /// <summary>Bytes that it takes.</summary>
    public long Size => Rgb.LongLength + (Mask?.LongLength ?? 0) + (Uncropped?.Rgb.LongLength ?? 0) + (Uncropped?.Mask?.LongLength ?? 0);
}

/// <summary>A picture that is decoded when it is looked at, and held by nobody: a large training set needs no memory of its size.</summary>
/// <param name="Content">SHA-256 of all of its pixels.</param>
/// <param name="IsMasked">Whether it has a mask that marks something; null: it has none.</param>
/// <param name="Decode">Decodes it once more.</param>
public sealed record PictureSource(byte[] Content, bool? IsMasked, Func<DecodedPicture> Decode);
