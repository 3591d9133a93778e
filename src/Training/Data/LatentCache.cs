using Slipway.Diffusion.Model;
using Slipway.Diffusion.Vae;
using Slipway.Training.Randomness;
using static TorchSharp.torch;

namespace Slipway.Training.Data;

/// <summary>
/// The latents of a training set, encoded once; of pictures that may be mirrored, both ways. As in sd-scripts each has one
/// sample of its distribution (mean + std · noise), not the mean; the noise is a function of the seed and the image's name.
/// </summary>
/// <remarks>
/// They wait in host memory, and only a batch's go to the device. Beyond a measure they wait where distributions are kept, and are sampled again.
/// </remarks>
internal sealed class LatentCache : ILatentSource
{
    // Eight thousand pictures of 1024×1024 pixels in half precision.
    private const long Usual = 1L << 30;
    private const string Kind = "latents";

    private readonly List<(Entry Plain, Entry? Flipped)> _latents = [];
    private readonly SdxlModel _model;
    private readonly ITensorCache? _kept;
    private readonly long _seed;
    private long _room;

    /// <param name="model">The model, whose autoencoder is used.</param>
    /// <param name="images">All of the training.</param>
    /// <param name="seed">The training's seed.</param>
    /// <param name="kept">Distributions that need not be computed again; null: none.</param>
    /// <param name="room">Bytes of latents that are held where distributions are kept.</param>
    /// <param name="cancellation">Honoured between pictures.</param>
    /// <exception cref="InvalidDataException">Images that the autoencoder cannot take: all of them.</exception>
    public LatentCache(SdxlModel model, IReadOnlyList<TrainingImage> images, long seed, ITensorCache? kept = null, long room = Usual, CancellationToken cancellation = default)
    {
        ImageChecks.Sizes(images, model.Vae.Configuration.Downscale);
        (_model, _seed, _kept, _room) = (model, seed, kept, room);
        using var inference = no_grad();
        foreach (var image in images)
        {
            cancellation.ThrowIfCancellationRequested();
            _latents.Add((Encode(image, flipped: false), image.Subset.FlipAug ? Encode(image, flipped: true) : null));
        }
    }

    public Tensor Batch(IReadOnlyList<int> images, IReadOnlyList<Variation> variations, long number)
    {
        using var scope = NewDisposeScope();
        using var inference = no_grad();
        return stack(images.Zip(variations, (i, variation) => Latents(variation.Flipped ? _latents[i].Flipped! : _latents[i].Plain))).to(_model.Device, non_blocking: true).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        foreach (var (plain, flipped) in _latents)
        {
            plain.Held?.Dispose();
            flipped?.Held?.Dispose();
        }
    }

    private Entry Encode(TrainingImage image, bool flipped)
    {
        using var scope = NewDisposeScope();
        var (distribution, key) = Distribution(image, flipped);
        var entry = new Entry(image, flipped, key, null);
        var latents = Sample(entry, distribution);
        var size = latents.numel() * latents.element_size();
        if (key is not null && size > _room)
            return entry;
        _room -= size;
        return entry with { Held = latents.DetachFromDisposeScope() };
    }

    private Tensor Latents(Entry entry)
    {
        if (entry.Held is { } held)
            return held.alias();
        // What somebody has removed meanwhile is computed once more.
        var distribution = Find(entry.Key!) ?? Distribution(entry.Image, entry.Flipped).Found;
        return Sample(entry, distribution);
    }

    private Tensor Sample(Entry entry, DiagonalGaussian distribution)
    {
        using var scope = NewDisposeScope();
        using var generator = new SeedStream(_seed, (entry.Flipped ? "latent flipped:" : "latent:") + entry.Image.Name).Generator();
        return LatentEncoder.Sample(_model, distribution, generator).cpu().MoveToOuterDisposeScope();
    }

    // Kept by the very pixels that are encoded: whatever made them, file, colour under transparency, bucket, crop, is in them.
    private (DiagonalGaussian Found, string? Key) Distribution(TrainingImage image, bool flipped)
    {
        var pixels = PixelPlane.Picture(image, new Variation(flipped, null, null));
        if (_kept is null)
            return (LatentEncoder.Encode(_model, pixels), null);
        var key = TensorKey.Compute(Kind, [pixels.Width, pixels.Height], pixels.Values);
        if (Find(key) is { } found)
            return (found, key);
        var encoded = LatentEncoder.Encode(_model, pixels);
        _kept.Keep(ModelPart.Vae, key, [encoded.Mean, encoded.LogVar]);
        return (encoded, key);
    }

    private DiagonalGaussian? Find(string key) =>
        _kept!.Find(ModelPart.Vae, key) is [var mean, var logVar] ? new DiagonalGaussian(mean.to(_model.Device), logVar.to(_model.Device)) : null;

    private sealed record Entry(TrainingImage Image, bool Flipped, string? Key, Tensor? Held);
}
