using TorchSharp;
using static TorchSharp.torch;

namespace Slipway.Training.Data;

/// <summary>
/// The masks of a batch at the size of its latents: each place has the mean of the pixels that it stands for. A picture without
/// a mask counts as a whole.
/// </summary>
/// <param name="images">All of the training.</param>
/// <param name="downscale">Pixels a latent, to either side.</param>
/// <param name="device">The device that they are moved to.</param>
internal sealed class LatentMasks(IReadOnlyList<TrainingImage> images, int downscale, Device device)
{
    /// <returns>[B, 1, h, w], 0–1, float32.</returns>
    public Tensor Batch(IReadOnlyList<int> batch, IReadOnlyList<Variation> variations)
    {
        using var scope = NewDisposeScope();
        return stack(batch.Zip(variations, (i, variation) => Mask(images[i], variation)).ToList()).to(device).MoveToOuterDisposeScope();
    }

    private Tensor Mask(TrainingImage image, Variation variation) => PixelPlane.Mask(image, variation) is { } mask
        ? nn.functional.avg_pool2d(tensor(mask.Values, [1, image.Height, image.Width]).to(ScalarType.Float32) / 255, downscale)
        : ones(1, image.Height / downscale, image.Width / downscale);
}
