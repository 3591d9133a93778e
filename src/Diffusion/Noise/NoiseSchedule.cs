using TorchSharp;
using static TorchSharp.torch;

namespace Slipway.Diffusion;

/// <summary>
/// How much noise each timestep holds (Ho et al. 2020): x_t = √ᾱ_t·x₀ + √(1−ᾱ_t)·ε. Computed in f32, step by
/// step, as the reference does, so that the numbers are the same.
/// </summary>
public sealed class NoiseSchedule
{
    private readonly float[] _alphasCumprod;

    /// <param name="configuration">The schedule's parameters.</param>
    /// <exception cref="InvalidDataException">A schedule or prediction type that is not known.</exception>
    public NoiseSchedule(NoiseConfiguration configuration)
    {
        Configuration = configuration;
        if (configuration.BetaSchedule != "scaled_linear")
        {
            throw new InvalidDataException(
                $"scheduler_config.json: `beta_schedule` is '{configuration.BetaSchedule}'; only 'scaled_linear' is known.");
        }

        if (configuration.PredictionType is not ("epsilon" or "v_prediction"))
        {
            throw new InvalidDataException(
                $"scheduler_config.json: `prediction_type` is '{configuration.PredictionType}'; known are 'epsilon' and 'v_prediction'.");
        }

        using var scope = NewDisposeScope();
        var betas = linspace(
            Math.Sqrt(configuration.BetaStart),
            Math.Sqrt(configuration.BetaEnd),
            configuration.NumTrainTimesteps,
            dtype: ScalarType.Float32).pow(2);
        _alphasCumprod = (1 - betas).cumprod(0).data<float>().ToArray();
    }

    /// <summary>The schedule's parameters.</summary>
    public NoiseConfiguration Configuration { get; }

    /// <summary>ᾱ_t for t = 0 … 999.</summary>
    public IReadOnlyList<float> AlphasCumprod => _alphasCumprod;

    /// <summary>Whether the UNet predicts velocity (Salimans and Ho 2022) and not noise.</summary>
    public bool PredictsVelocity => Configuration.PredictionType == "v_prediction";

    /// <summary>Signal-to-noise ratio ᾱ_t / (1 − ᾱ_t).</summary>
    public double Snr(long timestep)
    {
        var alpha = Math.Sqrt(_alphasCumprod[timestep]);
        var sigma = Math.Sqrt(1.0 - _alphasCumprod[timestep]);
        return alpha / sigma * (alpha / sigma);
    }

    /// <summary>σ_t = √((1 − ᾱ_t) / ᾱ_t), the noise level of k-diffusion (Karras et al. 2022).</summary>
    public double Sigma(long timestep)
        => Math.Sqrt((1.0 - _alphasCumprod[timestep]) / _alphasCumprod[timestep]);

    /// <summary>Noisy latents at <paramref name="timesteps"/> [B]; all others [B, C, h, w].</summary>
    public Tensor AddNoise(Tensor latents, Tensor noise, Tensor timesteps)
    {
        using var scope = NewDisposeScope();
        var (signal, spread) = Coefficients(latents, timesteps);
        return ((signal * latents) + (spread * noise)).MoveToOuterDisposeScope();
    }

    /// <summary>v = √ᾱ·ε − √(1−ᾱ)·x₀, what a velocity-predicting UNet is taught.</summary>
    public Tensor Velocity(Tensor latents, Tensor noise, Tensor timesteps)
    {
        using var scope = NewDisposeScope();
        var (signal, spread) = Coefficients(latents, timesteps);
        return ((signal * noise) - (spread * latents)).MoveToOuterDisposeScope();
    }

    private (Tensor Signal, Tensor Spread) Coefficients(Tensor like, Tensor timesteps)
    {
        var alphas = tensor(_alphasCumprod, device: like.device).index_select(0, timesteps).view(-1, 1, 1, 1);
        return (alphas.sqrt().to(like.dtype), (1 - alphas).sqrt().to(like.dtype));
    }
}
