using Slipway.Diffusion.Noise;
using Slipway.Training.Options;
using static TorchSharp.torch;

namespace Slipway.Training.Losses;

/// <summary>
/// Where the pseudo-Huber losses turn from square to linear, by timestep (Khrapov et al. 2024, "Improving Diffusion
/// Models's Data-Corruption Resistance using Scheduled Pseudo-Huber Loss"): <c>constant</c> c·scale; <c>exponential</c>
/// c^(t/T)·scale, from 1 down to c; <c>snr</c> (1−c)/(1+σ)² + c. Computed in float32, as the reference does.
/// </summary>
public sealed class HuberThreshold
{
    private readonly NoiseSchedule _schedule;
    private readonly LossOptions _options;

    /// <param name="schedule">Gives the noise of every timestep.</param>
    /// <param name="options">The threshold and how it follows the timestep.</param>
    public HuberThreshold(NoiseSchedule schedule, LossOptions options) => (_schedule, _options) = (schedule, options);

    /// <param name="timesteps">[B], int64.</param>
    /// <returns>[B], float32.</returns>
    public Tensor At(Tensor timesteps)
    {
        ArgumentNullException.ThrowIfNull(timesteps);
        using var scope = NewDisposeScope();
        var threshold = _options.HuberSchedule switch
        {
            "constant" => full([timesteps.shape[0]], _options.HuberC * _options.HuberScale, ScalarType.Float32, timesteps.device),
            "exponential" => (timesteps.to(ScalarType.Float32) * (Math.Log(_options.HuberC) / _schedule.AlphasCumprod.Count)).exp() * _options.HuberScale,
            _ => Snr(timesteps),
        };
        return threshold.MoveToOuterDisposeScope();
    }

    private Tensor Snr(Tensor timesteps)
    {
        var alphas = tensor(_schedule.AlphasCumprod.ToArray(), device: timesteps.device).index_select(0, timesteps);
        var sigmas = ((1 - alphas) / alphas).sqrt();
        return ((1 - _options.HuberC) / (1 + sigmas).square()) + _options.HuberC;
    }
}
