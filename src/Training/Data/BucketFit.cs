namespace Slipway.Training.Data;

/// <summary>How a picture gets to the size that it is trained at: resized, then cropped to its middle.</summary>
/// <param name="Original">Before, in pixels.</param>
/// <param name="Resized">To what it is resized: covers the bucket.</param>
/// <param name="Bucket">To what it is cropped.</param>
public sealed record BucketFit((int Width, int Height) Original, (int Width, int Height) Resized, (int Width, int Height) Bucket)
{
    /// <summary>Pixels cut off on the left and above, of the resized picture; an odd rest is cut on the right and below.</summary>
    public (int Left, int Top) Trim { get; } = ((Resized.Width - Bucket.Width) / 2, (Resized.Height - Bucket.Height) / 2);

    /// <summary>Difference of the aspect ratios (width/height): the bucket's less the picture's.</summary>
    public double AspectError => ((double)Bucket.Width / Bucket.Height) - ((double)Original.Width / Original.Height);

    /// <summary>
    /// What the model is told of the picture's size: original height and width, crop top and left, target height and width,
    /// in pixels (Podell et al. 2023). The crop is the one that is made, as in the paper: what is cut off of the resized picture.
    /// </summary>
    public IReadOnlyList<float> TimeIds => [Original.Height, Original.Width, Trim.Top, Trim.Left, Bucket.Height, Bucket.Width];

    /// <summary>
    /// The crop (top, left) that sd-scripts tells the model instead: how far a letterboxed picture would lie inside the
    /// bucket, which is on the other axis than what it cuts off. It is here to compare trainings; nothing uses it.
    /// </summary>
    public (int Top, int Left) LetterboxOffset
    {
        get
        {
            var aspect = (double)Original.Width / Original.Height;
            var (width, height) = (double)Bucket.Width / Bucket.Height > aspect
                ? (Bucket.Height * aspect, (double)Bucket.Height)
                : (Bucket.Width, Bucket.Width / aspect);
            return ((int)Math.Floor((Bucket.Height - height) / 2), (int)Math.Floor((Bucket.Width - width) / 2));
        }
    }
}
