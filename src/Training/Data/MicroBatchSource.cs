using Slipway.Diffusion;
using TorchSharp;
using static TorchSharp.torch;

namespace Slipway.Training;

/// <summary>
/// Draws noise, timesteps and captions of each batch: functions of the seed and the batch's number in the training,
/// drawn on the CPU whatever the device.
/// </summary>
internal sealed class MicroBatchSource(SdxlModel model, TrainingOptions options, IReadOnlyList<TrainingImage> images, LatentCache latents)
{
    public MicroBatch Draw(int[] batch, long number)
    {
        using var scope = NewDisposeScope();
        using var generator = new SeedStream(options.Seed, "noise", number).Generator();
        var clean = latents.Batch(batch);
        var noise = Noise(clean, number, generator);
        var timesteps = randint(0, model.Schedule.AlphasCumprod.Count, [batch.Length], dtype: ScalarType.Int64, generator: generator);
        return new MicroBatch(
            clean.MoveToOuterDisposeScope(),
            noise.to(clean.dtype, clean.device).MoveToOuterDisposeScope(),
            timesteps.to(clean.device).MoveToOuterDisposeScope(),
            TimeIds(batch).to(clean.device).MoveToOuterDisposeScope());
    }

    private Tensor Noise(Tensor latents, long number, Generator generator)
    {
        var noise = randn(latents.shape, dtype: ScalarType.Float32, generator: generator);
        NoiseOffset.Add(noise, latents, options.Noise, generator);
        return options.Noise.MultiresNoiseIterations is null
            ? noise
            : PyramidNoise.Of(noise, options.Noise, new SeedStream(options.Seed, "noise pyramid", number), generator);
    }

    public IReadOnlyList<string> Captions(int[] batch, long number)
    {
        var stream = new SeedStream(options.Seed, "caption", number);
        return [.. batch.Select(i => Caption.Compose(images[i].Caption, options.Caption, stream))];
    }

    private Tensor TimeIds(int[] batch) => tensor(
        batch.SelectMany(i => TimeIds(images[i])).ToArray(), [batch.Length, 6], dtype: ScalarType.Float32);

    internal static float[] TimeIds(TrainingImage image)
    {
        var (height, width) = image.OriginalSize ?? (image.Height, image.Width);
        return [height, width, image.CropTopLeft.Top, image.CropTopLeft.Left, image.Height, image.Width];
    }
}
