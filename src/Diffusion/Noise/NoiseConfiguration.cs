namespace Slipway.Diffusion.Noise;

/// <summary>The noise schedule under the names of diffusers' <c>scheduler_config.json</c>; defaults are SDXL's.</summary>
public sealed record NoiseConfiguration
{
    /// <summary>The UNet predicts the noise.</summary>
    public const string Epsilon = "epsilon";

    /// <summary>The UNet predicts velocity.</summary>
    public const string Velocity = "v_prediction";

    /// <summary>Number of training timesteps.</summary>
    public int NumTrainTimesteps { get; init; } = 1000;

    /// <summary>β of the first timestep.</summary>
    public double BetaStart { get; init; } = 0.00085;

    /// <summary>β of the last timestep.</summary>
    public double BetaEnd { get; init; } = 0.012;

    /// <summary>Only <c>scaled_linear</c> (linear in √β) is known.</summary>
    public string BetaSchedule { get; init; } = "scaled_linear";

    /// <summary><c>epsilon</c> or <c>v_prediction</c>: what the UNet predicts.</summary>
    public string PredictionType { get; init; } = Epsilon;

    /// <summary><c>leading</c>, <c>trailing</c> or <c>linspace</c>: which timesteps a sampler visits.</summary>
    public string TimestepSpacing { get; init; } = "leading";

    /// <summary>Added to the timesteps of the <c>leading</c> spacing.</summary>
    public int StepsOffset { get; init; } = 1;

    /// <summary>
    /// Shifts the schedule so that the last timestep holds nothing but noise (Lin et al. 2024, "Common diffusion noise
    /// schedules and sample steps are flawed"). Goes with velocity prediction: of pure noise there is no noise to predict.
    /// </summary>
    public bool RescaleBetasZeroSnr { get; init; }

    /// <summary>DDIM alone: whether x̂₀ is clipped to ±1. SDXL's configuration has false, sd-scripts' sample pictures true.</summary>
    public bool ClipSample { get; init; }

    /// <summary>DDIM alone: whether its last step goes to no noise (true) or to that of timestep 0 (false, SDXL).</summary>
    public bool SetAlphaToOne { get; init; }
}
