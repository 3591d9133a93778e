using Slipway.Diffusion.Model;
using Slipway.Training.Noise;
using Slipway.Training.Options;
using Slipway.Training.Randomness;
using static TorchSharp.torch;

namespace Slipway.Training.Data;

/// <summary>
/// Draws noise, timesteps, captions and variations of each batch: functions of the seed and the batch's number in the training,
/// drawn on the CPU whatever the device.
/// </summary>
internal sealed class MicroBatchSource(SdxlModel model, TrainingOptions options, IReadOnlyList<TrainingImage> images, ILatentSource latents)
{
    private readonly LatentMasks? _masks = options.Mask.MaskedLoss ? new LatentMasks(images, model.Vae.Configuration.Downscale, model.Device) : null;
    private readonly bool _areWeighted = options.Loss.PriorLossWeight != 1 && images.Any(image => image.Subset.IsReg);

    public MicroBatch Draw(int[] batch, long number)
    {
        using var scope = NewDisposeScope();
        using var generator = new SeedStream(options.Seed, "noise", number).Generator();
        var variations = Variation.Draw([.. batch.Select(i => images[i])], options.Seed, number);
        var clean = latents.Batch(batch, variations, number);
        var noise = Noise(clean, number, generator);
        var timesteps = randint(options.Noise.MinTimestep, Math.Min(options.Noise.MaxTimestep, model.Schedule.AlphasCumprod.Count), [batch.Length], dtype: ScalarType.Int64, generator: generator);
        return new MicroBatch(
            clean.MoveToOuterDisposeScope(),
            noise.to(clean.dtype, clean.device, non_blocking: true).MoveToOuterDisposeScope(),
            timesteps.MoveToOuterDisposeScope(),
            TimeIds(batch, variations).MoveToOuterDisposeScope())
        {
            InputNoise = options.Noise.IpNoiseGamma is { } gamma ? InputPerturbation.Perturb(noise, gamma, options.Noise, options.Seed, number).to(clean.dtype, clean.device, non_blocking: true).MoveToOuterDisposeScope() : null,
            Mask = _masks?.Batch(batch, variations).MoveToOuterDisposeScope(),
            Weights = _areWeighted ? Weights(batch).to(clean.device, non_blocking: true).MoveToOuterDisposeScope() : null,
        };
    }

    private Tensor Noise(Tensor latents, long number, Generator generator)
    {
        var noise = randn(latents.shape, dtype: ScalarType.Float32, generator: generator);
        NoiseOffset.Add(noise, latents, NoiseOffset.Drawn(options.Noise, options.Seed, number), generator);
        return options.Noise.MultiresNoiseIterations is null
            ? noise
            : PyramidNoise.AddLevels(noise, options.Noise, new SeedStream(options.Seed, "noise pyramid", number), generator);
    }

    /// <param name="batch">Indices of images.</param>
    /// <param name="number">The batch's number in the training.</param>
    /// <param name="when">How far the training is.</param>
    public IReadOnlyList<string> Captions(int[] batch, long number, CaptionMoment when)
    {
        var stream = new SeedStream(options.Seed, "caption", number);
        return [.. batch.Select(i => Caption.Compose(images[i].Caption, images[i].Subset.Caption ?? options.Caption, stream, when))];
    }

    private Tensor Weights(int[] batch) =>
        tensor(batch.Select(i => images[i].Subset.IsReg ? (float)options.Loss.PriorLossWeight : 1).ToArray());

    private Tensor TimeIds(int[] batch, IReadOnlyList<Variation> variations) => tensor(
        batch.Zip(variations, (i, variation) => TimeIds(images[i], variation)).SelectMany(ids => ids).ToArray(), [batch.Length, 6], dtype: ScalarType.Float32);

    internal static float[] TimeIds(TrainingImage image, Variation variation)
    {
        var (height, width) = image.OriginalSize ?? (image.Height, image.Width);
        var (top, left) = variation.CropOf(image);
        return [height, width, top, left, image.Height, image.Width];
    }
}
