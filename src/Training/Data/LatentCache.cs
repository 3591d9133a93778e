using Slipway.Diffusion;
using TorchSharp;
using static TorchSharp.torch;

namespace Slipway.Training;

/// <summary>
/// The latents of a training set, encoded once. As in sd-scripts each image has one sample of its distribution
/// (mean + std · noise), not the mean; the noise is a function of the seed and the image's name.
/// </summary>
public sealed class LatentCache : IDisposable
{
    private readonly List<Tensor> _latents = [];

    /// <exception cref="InvalidDataException">Images whose sides are no multiple of the autoencoder's factor: all are listed.</exception>
    public LatentCache(SdxlModel model, IReadOnlyList<TrainingImage> images, long seed, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(images);
        Check(images, model.Vae.Configuration.Downscale);
        using var inference = no_grad();
        foreach (var image in images)
        {
            cancellation.ThrowIfCancellationRequested();
            _latents.Add(Encode(model, image, seed));
        }
    }

    /// <summary>[B, 4, h, w], scaled, in the model's precision; images of one size.</summary>
    public Tensor Batch(IEnumerable<int> images) => stack(images.Select(i => _latents[i]));

    public void Dispose() => _latents.ForEach(l => l.Dispose());

    private static Tensor Encode(SdxlModel model, TrainingImage image, long seed)
    {
        using var scope = NewDisposeScope();
        var pixels = tensor(image.Rgb, [1, image.Height, image.Width, 3]).permute(0, 3, 1, 2)
            .to(ScalarType.Float32).div_(127.5).sub_(1).contiguous().to(model.Device);
        var distribution = model.Vae.Encode(pixels);
        using var generator = new SeedStream(seed, "latent:" + image.Name).Generator();
        var noise = randn(distribution.Mean.shape, dtype: ScalarType.Float32, generator: generator).to(model.Device);
        return distribution.Sample(noise).mul_(model.Vae.ScalingFactor)[0].to(model.Precision).DetachFromDisposeScope();
    }

    private static void Check(IReadOnlyList<TrainingImage> images, int factor)
    {
        var problems = images
            .Where(i => i.Width % factor != 0 || i.Height % factor != 0 || i.Rgb.Length != i.Width * i.Height * 3)
            .Select(i => i.Rgb.Length != i.Width * i.Height * 3
                ? $"{i.Name}: {i.Width}×{i.Height} needs {i.Width * i.Height * 3} bytes, found {i.Rgb.Length}"
                : $"{i.Name}: {i.Width}×{i.Height} pixels; the model takes multiples of {factor} only, resize it")
            .ToList();
        if (problems.Count > 0)
            throw new InvalidDataException(string.Join("\n", problems));
    }
}
