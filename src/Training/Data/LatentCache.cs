using Slipway.Diffusion.Model;
using Slipway.Diffusion.Vae;
using Slipway.Training.Randomness;
using static TorchSharp.torch;

namespace Slipway.Training.Data;

/// <summary>
/// The latents of a training set, encoded once; of pictures that may be mirrored, both ways. As in sd-scripts each has one
/// sample of its distribution (mean + std · noise), not the mean; the noise is a function of the seed and the image's name.
/// </summary>
internal sealed class LatentCache : ILatentSource
{
    private const string Kind = "latents";

    private readonly List<(Tensor Plain, Tensor? Flipped)> _latents = [];
    private readonly SdxlModel _model;
    private readonly ITensorCache? _kept;
    private readonly long _seed;

    /// <param name="model">The model, whose autoencoder is used.</param>
    /// <param name="images">All of the training.</param>
    /// <param name="seed">The training's seed.</param>
    /// <param name="kept">Distributions that need not be computed again; null: none.</param>
    /// <param name="cancellation">Honoured between pictures.</param>
    /// <exception cref="InvalidDataException">Images that the autoencoder cannot take: all of them.</exception>
    public LatentCache(SdxlModel model, IReadOnlyList<TrainingImage> images, long seed, ITensorCache? kept = null, CancellationToken cancellation = default)
    {
        ImageChecks.Sizes(images, model.Vae.Configuration.Downscale);
        (_model, _seed, _kept) = (model, seed, kept);
        using var inference = no_grad();
        foreach (var image in images)
        {
            cancellation.ThrowIfCancellationRequested();
            _latents.Add((Latents(image, flipped: false), image.Subset.FlipAug ? Latents(image, flipped: true) : null));
        }
    }

    public Tensor Batch(IReadOnlyList<int> images, IReadOnlyList<Variation> variations, long number) =>
        stack(images.Zip(variations, (i, variation) => variation.Flipped ? _latents[i].Flipped! : _latents[i].Plain));

    public void Dispose()
    {
        foreach (var (plain, flipped) in _latents)
        {
            plain.Dispose();
            flipped?.Dispose();
        }
    }

    private Tensor Latents(TrainingImage image, bool flipped)
    {
        using var scope = NewDisposeScope();
        using var generator = new SeedStream(_seed, (flipped ? "latent flipped:" : "latent:") + image.Name).Generator();
        return LatentEncoder.Sample(_model, Distribution(image, flipped), generator).DetachFromDisposeScope();
    }

    // Kept by the very pixels that are encoded: whatever made them, file, colour under transparency, bucket, crop, is in them.
    private DiagonalGaussian Distribution(TrainingImage image, bool flipped)
    {
        var pixels = PixelPlane.Picture(image, new Variation(flipped, null, null));
        if (_kept is null)
            return LatentEncoder.Encode(_model, pixels);
        var key = TensorKey.Compute(Kind, [pixels.Width, pixels.Height], pixels.Values);
        if (_kept.Find(ModelPart.Vae, key) is [var mean, var logVar])
            return new DiagonalGaussian(mean.to(_model.Device), logVar.to(_model.Device));
        var encoded = LatentEncoder.Encode(_model, pixels);
        _kept.Keep(ModelPart.Vae, key, [encoded.Mean, encoded.LogVar]);
        return encoded;
    }
}
