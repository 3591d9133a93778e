using static TorchSharp.torch;

namespace Slipway.Diffusion.Noise;

/// <summary>
/// How much noise each timestep holds (Ho et al. 2020): x_t = √ᾱ_t·x₀ + √(1−ᾱ_t)·ε. Computed in f32, step by
/// step, as the reference does, so that the numbers are the same.
/// </summary>
public sealed class NoiseSchedule
{
    /// <summary>Stands for ᾱ = 0 where a sampler needs a finite σ, as in diffusers' Euler samplers.</summary>
    private const double SmallestAlphaCumprod = 1.0 / (1 << 24);

    private readonly float[] _betas;
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

        if (configuration.PredictionType is not (NoiseConfiguration.Epsilon or NoiseConfiguration.Velocity))
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
        betas = configuration.RescaleBetasZeroSnr ? RescaledToZeroSnr(betas) : betas;
        _betas = betas.data<float>().ToArray();
        _alphasCumprod = Cumulated(betas);
    }

    /// <summary>The schedule's parameters.</summary>
    public NoiseConfiguration Configuration { get; }

    /// <summary>β_t for t = 0 … 999.</summary>
    public IReadOnlyList<float> Betas => _betas;

    /// <summary>ᾱ_t for t = 0 … 999.</summary>
    public IReadOnlyList<float> AlphasCumprod => _alphasCumprod;

    /// <summary>Whether the UNet predicts velocity (Salimans and Ho 2022) and not noise.</summary>
    public bool PredictsVelocity => Configuration.PredictionType == NoiseConfiguration.Velocity;

    /// <summary>Signal-to-noise ratio ᾱ_t / (1 − ᾱ_t); 0 at the last timestep of a schedule rescaled to that.</summary>
    public double Snr(long timestep) => Ratio(_alphasCumprod[timestep]);

    /// <summary>
    /// The ratio by which losses are weighted: <see cref="Snr"/>, and where that is 0 the one of the timestep before, so that
    /// no weight is 0/0. sd-scripts weights a schedule rescaled to zero terminal SNR by the ratios of the one before.
    /// </summary>
    public double WeightingSnr(long timestep) => Ratio(_alphasCumprod[timestep] > 0 ? _alphasCumprod[timestep] : _alphasCumprod[timestep - 1]);

    /// <summary>
    /// σ_t = √((1 − ᾱ_t) / ᾱ_t), the noise level of k-diffusion (Karras et al. 2022). Finite (4096) where ᾱ is 0.
    /// </summary>
    public double Sigma(long timestep)
    {
        var alpha = _alphasCumprod[timestep] == 0 ? SmallestAlphaCumprod : _alphasCumprod[timestep];
        return Math.Sqrt((1.0 - alpha) / alpha);
    }

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

    /// <summary>x̂₀ in noisy latents of k-diffusion's scale, from what the UNet said of them.</summary>
    /// <param name="x">x₀ + σ·ε [B, C, h, w].</param>
    /// <param name="output">The UNet's ε, or velocity where <see cref="PredictsVelocity"/>, for x/√(σ² + 1).</param>
    /// <param name="sigma">σ.</param>
    public Tensor Denoised(Tensor x, Tensor output, double sigma)
    {
        using var scope = NewDisposeScope();
        var clean = PredictsVelocity
            ? (x / ((sigma * sigma) + 1)) - (output * (sigma / Math.Sqrt((sigma * sigma) + 1)))
            : x - (output * sigma);
        return clean.MoveToOuterDisposeScope();
    }

    private (Tensor Signal, Tensor Spread) Coefficients(Tensor like, Tensor timesteps)
    {
        var alphas = tensor(_alphasCumprod, device: timesteps.device).index_select(0, timesteps).view(-1, 1, 1, 1);
        return (alphas.sqrt().to(like.dtype, like.device, non_blocking: true), (1 - alphas).sqrt().to(like.dtype, like.device, non_blocking: true));
    }

    private static float[] Cumulated(Tensor betas) => (1 - betas).cumprod(0).data<float>().ToArray();

    /// <summary>Lin et al. 2024, algorithm 1: √ᾱ is shifted to end at 0 and scaled to begin where it began.</summary>
    private static Tensor RescaledToZeroSnr(Tensor betas)
    {
        var roots = (1 - betas).cumprod(0).sqrt();
        var (first, last) = (roots[0], roots[-1]);
        var cumulated = ((roots - last) * (first / (first - last))).pow(2);
        var count = cumulated.shape[0] - 1;
        return 1 - cat([cumulated.narrow(0, 0, 1), cumulated.narrow(0, 1, count) / cumulated.narrow(0, 0, count)]);
    }

    private static double Ratio(double alphaCumprod)
    {
        var (alpha, sigma) = (Math.Sqrt(alphaCumprod), Math.Sqrt(1.0 - alphaCumprod));
        return alpha / sigma * (alpha / sigma);
    }
}
