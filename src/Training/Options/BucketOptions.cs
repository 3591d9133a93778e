namespace Slipway.Training.Options;

/// <summary>Which sizes pictures are trained at, under sd-scripts' option names; defaults are SDXL's.</summary>
public sealed record BucketOptions
{
    /// <summary>Sets the greatest area, in pixels.</summary>
    public required (int Width, int Height) Resolution { get; init; }

    /// <summary><c>min_bucket_reso</c>: shortest side, in pixels.</summary>
    public int MinBucketReso { get; init; } = 256;

    /// <summary><c>max_bucket_reso</c>: longest side, in pixels (2048, as SDXL was trained, where sd-scripts has 1024).</summary>
    public int MaxBucketReso { get; init; } = 2048;

    /// <summary><c>bucket_reso_steps</c>: every side is a multiple of it, in pixels; the bounds are rounded outwards to it.</summary>
    public int BucketResoSteps { get; init; } = 64;

    /// <summary>Of what the steps must be a multiple: 32 for SDXL, whose autoencoder shrinks three times and whose UNet twice.</summary>
    public int SizeMultiple { get; init; } = 32;

    /// <summary>
    /// <c>bucket_no_upscale</c>: pictures are shrunk to the area, but never enlarged; their own size, rounded down to the
    /// steps, is their bucket, and the least and greatest side do not count.
    /// </summary>
    public bool BucketNoUpscale { get; init; }
}
