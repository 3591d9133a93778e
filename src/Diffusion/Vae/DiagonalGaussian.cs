using static TorchSharp.torch;

namespace Slipway.Diffusion.Vae;

/// <summary>The distribution of a picture's latents: independent normals. All [B, 4, h, w], unscaled.</summary>
/// <param name="Mean">Mean.</param>
/// <param name="LogVar">Natural logarithm of the variance, kept within ±(30, 20) as the reference does.</param>
public sealed record DiagonalGaussian(Tensor Mean, Tensor LogVar)
{
    /// <summary>From the encoder's [B, 8, h, w].</summary>
    public static DiagonalGaussian FromMoments(Tensor moments)
    {
        var halves = moments.chunk(2, 1);
        return new DiagonalGaussian(halves[0], halves[1].clamp(-30, 20));
    }

    /// <summary>Standard deviation.</summary>
    public Tensor Std => (LogVar * 0.5).exp();

    /// <summary>Mean + deviation × <paramref name="noise"/>.</summary>
    public Tensor Sample(Tensor noise)
    {
        using var scope = NewDisposeScope();
        return (Mean + (Std * noise)).MoveToOuterDisposeScope();
    }

    /// <summary>Kullback-Leibler divergence from the standard normal, per picture [B], in nats.</summary>
    public Tensor Divergence()
    {
        using var scope = NewDisposeScope();
        var terms = Mean.pow(2) + LogVar.exp() - 1 - LogVar;
        return (terms.sum([1L, 2L, 3L]) * 0.5).MoveToOuterDisposeScope();
    }
}
