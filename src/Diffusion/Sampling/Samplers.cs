using static TorchSharp.torch;

namespace Slipway.Diffusion.Sampling;

/// <summary>The samplers' single steps, in k-diffusion's scale (x = x₀ + σ·ε).</summary>
public static class Samplers
{
    /// <summary>Euler's method on the probability-flow ODE: Karras et al. 2022, algorithm 2 without churn.</summary>
    public static Tensor Euler(Tensor x, Tensor denoised, IReadOnlyList<double> sigmas, int step, Func<Tensor> noise)
    {
        using var scope = NewDisposeScope();
        var derivative = (x - denoised) / sigmas[step];
        return (x + (derivative * (sigmas[step + 1] - sigmas[step]))).MoveToOuterDisposeScope();
    }

    /// <summary>Ancestral sampling with Euler steps (k-diffusion): down to σ_down, then up with fresh noise, η = 1.</summary>
    public static Tensor EulerAncestral(Tensor x, Tensor denoised, IReadOnlyList<double> sigmas, int step, Func<Tensor> noise)
    {
        using var scope = NewDisposeScope();
        var (from, to) = (sigmas[step], sigmas[step + 1]);
        var up = Math.Sqrt(to * to * ((from * from) - (to * to)) / (from * from));
        var down = Math.Sqrt((to * to) - (up * up));
        var derivative = (x - denoised) / from;
        var moved = x + (derivative * (down - from));
        return (moved + (noise() * up)).MoveToOuterDisposeScope();
    }

    /// <summary>DDIM (Song et al. 2021, equation 12) with η = 0: x̂₀, and the noise that it leaves at the next level.</summary>
    /// <param name="clip">Whether x̂₀ is clipped to ±1; the noise is the model's all the same.</param>
    public static SamplerStep Ddim(bool clip) => (x, denoised, sigmas, step, _) =>
    {
        using var scope = NewDisposeScope();
        var noise = (x - denoised) / sigmas[step];
        return ((clip ? denoised.clamp(-1, 1) : denoised) + (noise * sigmas[step + 1])).MoveToOuterDisposeScope();
    };

    /// <summary>
    /// DPM-Solver++(2M) (Lu et al. 2022): second order from the previous step's x̂₀, first order on the first and
    /// the last step. Holds that x̂₀, so a fresh one is made for every picture.
    /// </summary>
    public static SamplerStep DpmPlusPlus2M()
    {
        Tensor? previous = null;
        return (x, denoised, sigmas, step, _) =>
        {
            using var scope = NewDisposeScope();
            var (from, to) = (sigmas[step], sigmas[step + 1]);
            var blend = denoised;
            if (previous is not null && to > 0)
            {
                var h = Math.Log(from / to);
                var r = Math.Log(sigmas[step - 1] / from) / h;
                blend = (denoised * (1 + (0.5 / r))) - (previous * (0.5 / r));
            }

            previous?.Dispose();
            previous = to > 0 ? denoised.clone().DetachFromDisposeScope() : null;
            return to > 0
                ? ((x * (to / from)) + (blend * (1 - (to / from)))).MoveToOuterDisposeScope()
                : blend.clone().MoveToOuterDisposeScope();
        };
    }
}
