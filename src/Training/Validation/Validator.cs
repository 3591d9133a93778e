using Slipway.Diffusion.Model;
using Slipway.Diffusion.Text;
using Slipway.Training.Data;
using Slipway.Training.Losses;
using Slipway.Training.Metrics;
using Slipway.Training.Options;
using Slipway.Training.Randomness;
using static TorchSharp.torch;

namespace Slipway.Training.Validation;

/// <summary>
/// Measures a model, with whatever is attached to it, on pictures that it does not learn from: the squared error of its
/// prediction, weighted by timestep as in the training, on the subject and on the background by themselves. Each picture has the same noise at the same timesteps
/// every time, so that curves of one training and of several can be compared.
/// </summary>
public sealed class Validator : IDisposable
{
    private readonly SdxlModel _model;
    private readonly PromptEncoder _encoder;
    private readonly SnrWeighting _weighting;
    private readonly List<Picture> _pictures = [];

    /// <param name="model">The model; it stays the caller's.</param>
    /// <param name="images">The pictures; <see cref="TrainingImage.Mask"/> says where the subject is.</param>
    /// <param name="timesteps">Noise levels of each picture.</param>
    /// <param name="weighting">How a timestep counts.</param>
    /// <param name="seed">Latents, noise and timesteps follow from it.</param>
    /// <param name="cancellation">Looked at between pictures.</param>
    /// <exception cref="InvalidDataException">No pictures, or pictures whose sides the model cannot take.</exception>
    public Validator(SdxlModel model, IReadOnlyList<TrainingImage> images, int timesteps, SnrWeightingOptions weighting, long seed, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(images);
        if (images.Count == 0)
            throw new InvalidDataException("The validation set holds no images.");
        (_model, _encoder, _weighting) = (model, new PromptEncoder(model), new SnrWeighting(model.Schedule, weighting));
        using var latents = new LatentCache(model, images, seed, cancellation: cancellation);
        for (var i = 0; i < images.Count; i++)
            _pictures.Add(Prepare(images[i], latents, i, Timesteps(model, timesteps, i, seed), seed));
    }

    /// <summary>Whether brackets in captions are weights, <c>weighted_captions</c>.</summary>
    public bool IsWeighted { get; init; }

    /// <summary>Measures the model as it is now. Nothing of it changes, and no random number is drawn.</summary>
    public ValidationLosses Measure(CancellationToken cancellation = default)
    {
        using var scope = NewDisposeScope();
        using var inference = no_grad();
        var captions = _pictures.Select(picture => picture.Caption).Distinct(StringComparer.Ordinal)
            .ToDictionary(caption => caption, caption => _encoder.Encode([IsWeighted ? Prompt.ParseCaption(caption) : Prompt.Literal(caption)], 1), StringComparer.Ordinal);
        var sum = new RegionSums(0, 0, 0, 0);
        foreach (var picture in _pictures)
        {
            cancellation.ThrowIfCancellationRequested();
            sum += Measure(picture, captions[picture.Caption]);
        }
        return sum.Means();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (batch, subject, weights, _) in _pictures)
        {
            foreach (var tensor in new[] { batch.Latents, batch.Noise, batch.Timesteps, batch.TimeIds, subject, weights })
                tensor?.Dispose();
        }
    }

    private RegionSums Measure(Picture picture, Conditioning conditioning)
    {
        using var scope = NewDisposeScope();
        var (batch, subject, weights, _) = picture;
        var levels = batch.Timesteps.shape[0];
        var schedule = _model.Schedule;
        var noisy = schedule.AddNoise(batch.Latents, batch.Noise, batch.Timesteps);
        var target = schedule.PredictsVelocity ? schedule.Velocity(batch.Latents, batch.Noise, batch.Timesteps) : batch.Noise;
        var predicted = _model.UNet.call(noisy, batch.Timesteps, Repeated(conditioning.Context, levels), Repeated(conditioning.Pooled, levels), batch.TimeIds);
        var errors = (predicted.to(ScalarType.Float32) - target.to(ScalarType.Float32)).square().to(ScalarType.Float64).mul(weights).sum([0, 1]);
        var places = (double)levels * batch.Latents.shape[1];
        var all = errors.sum().item<double>();
        if (subject is null)
            return new RegionSums(all, places * errors.numel(), double.NaN, double.NaN);
        return new RegionSums(all, places * errors.numel(), (errors * subject).sum().item<double>(), places * subject.sum().item<double>());
    }

    // The place of a picture in the set names its noise, so that sets of equal length can be compared; its name, its latents.
    private Picture Prepare(TrainingImage image, LatentCache latents, int index, long[] timesteps, long seed)
    {
        using var scope = NewDisposeScope();
        using var inference = no_grad();
        var clean = latents.Batch([.. Enumerable.Repeat(index, timesteps.Length)], [.. Enumerable.Repeat(Variation.None, timesteps.Length)], 0);
        using var generator = new SeedStream(seed, "validation noise", index).Generator();
        var noise = randn(clean.shape, dtype: ScalarType.Float32, generator: generator).to(clean.dtype, clean.device);
        var batch = new MicroBatch(
            clean.DetachFromDisposeScope(),
            noise.DetachFromDisposeScope(),
            tensor(timesteps).to(clean.device).DetachFromDisposeScope(),
            TimeIds(image).to(clean.device).repeat(timesteps.Length, 1).DetachFromDisposeScope());
        var weights = tensor(timesteps.Select(timestep => (double)_weighting[timestep]).ToArray(), [timesteps.Length, 1, 1, 1], device: clean.device);
        return new Picture(batch, Subject(image, clean)?.DetachFromDisposeScope(), weights.DetachFromDisposeScope(), image.Caption);
    }

    private static long[] Timesteps(SdxlModel model, int levels, int index, long seed)
    {
        var stream = new SeedStream(seed, "validation timesteps", index);
        return [.. Enumerable.Range(0, levels).Select(level => (long)((level + stream.NextDouble()) * model.Schedule.AlphasCumprod.Count / levels))];
    }

    private static Tensor TimeIds(TrainingImage image) => tensor(MicroBatchSource.TimeIds(image, Variation.None), [1, 6], dtype: ScalarType.Float32);

    // The share of the subject in each of the latents' places: the mean of the pixels that it stands for.
    private static Tensor? Subject(TrainingImage image, Tensor latents) => image.Pixels().Mask is not { } mask
        ? null
        : nn.functional.adaptive_avg_pool2d(tensor(mask, [1, 1, image.Height, image.Width]).to(ScalarType.Float64).div_(255), [latents.shape[2], latents.shape[3]])[0, 0].to(latents.device);

    private static Tensor Repeated(Tensor rows, long times) => rows.expand([times, .. rows.shape[1..]]);

    private sealed record Picture(MicroBatch Batch, Tensor? Subject, Tensor Weights, string Caption);
}
