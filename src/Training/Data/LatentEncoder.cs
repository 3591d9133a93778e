using Slipway.Diffusion.Model;
using Slipway.Diffusion.Vae;
using Slipway.Training.Randomness;
using static TorchSharp.torch;

namespace Slipway.Training.Data;

/// <summary>Encodes every use of a picture anew: what <c>cache_latents: false</c> asks for.</summary>
internal sealed class LatentEncoder(SdxlModel model, IReadOnlyList<TrainingImage> images, long seed) : ILatentSource
{
    public Tensor Batch(IReadOnlyList<int> batch, IReadOnlyList<Variation> variations, long number)
    {
        using var scope = NewDisposeScope();
        using var inference = no_grad();
        using var generator = new SeedStream(seed, "posterior", number).Generator();
        var latents = batch.Zip(variations, (i, variation) => Sample(model, Encode(model, PixelPlane.Picture(images[i], variation)), generator)).ToList();
        return stack(latents).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
    }

    /// <summary>The distribution of a picture's unscaled latents [1, 4, h, w].</summary>
    public static DiagonalGaussian Encode(SdxlModel model, PixelPlane picture)
    {
        using var scope = NewDisposeScope();
        var pixels = tensor(picture.Values, [1, picture.Height, picture.Width, 3]).permute(0, 3, 1, 2)
            .to(ScalarType.Float32).div_(127.5).sub_(1).contiguous().to(model.Device, non_blocking: true);
        model.RequireVae();
        var distribution = model.Vae.Encode(pixels);
        return new DiagonalGaussian(distribution.Mean.MoveToOuterDisposeScope(), distribution.LogVar.MoveToOuterDisposeScope());
    }

    /// <summary>One sample [4, h, w], scaled, in the model's precision.</summary>
    public static Tensor Sample(SdxlModel model, DiagonalGaussian distribution, Generator generator)
    {
        using var scope = NewDisposeScope();
        var noise = randn(distribution.Mean.shape, dtype: ScalarType.Float32, generator: generator).to(model.Device, non_blocking: true);
        return distribution.Sample(noise).mul_(model.Vae.ScalingFactor)[0].to(model.Precision).MoveToOuterDisposeScope();
    }
}
