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
    // Of pictures that are decoded at every look, as long as their part does not change: a 48th of the picture's own bytes.
    private readonly Dictionary<(int Image, bool Flipped), float[]> _known = [];

    /// <returns>[B, 1, h, w], 0–1, float32.</returns>
    public Tensor Batch(IReadOnlyList<int> batch, IReadOnlyList<Variation> variations)
    {
        using var scope = NewDisposeScope();
        return stack(batch.Zip(variations, Mask).ToList()).to(device, non_blocking: true).MoveToOuterDisposeScope();
    }

    private Tensor Mask(int image, Variation variation)
    {
        if (images[image].Source is null || variation.Crop is not null)
            return Mask(images[image], variation);
        if (!_known.TryGetValue((image, variation.Flipped), out var values))
            _known.Add((image, variation.Flipped), values = Mask(images[image], variation).data<float>().ToArray());
        return tensor(values, [1, images[image].Height / downscale, images[image].Width / downscale]);
    }

    private Tensor Mask(TrainingImage image, Variation variation) => PixelPlane.Mask(image, variation) is { } mask
        ? nn.functional.avg_pool2d(tensor(mask.Values, [1, image.Height, image.Width]).to(ScalarType.Float32) / 255, downscale)
        : ones(1, image.Height / downscale, image.Width / downscale);
}
