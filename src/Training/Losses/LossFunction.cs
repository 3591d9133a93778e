using Slipway.Diffusion.Noise;
using Slipway.Engine.Options;
using Slipway.Training.Options;
using static TorchSharp.torch;

namespace Slipway.Training.Losses;

/// <summary>
/// The error of every value of a prediction: <c>l2</c> d²; <c>l1</c> |d|; <c>smooth_l1</c> 2(√(d² + c²) − c), which nears
/// 2|d| far from zero; <c>huber</c> c times that, which nears d² close to zero. c is <see cref="HuberThreshold"/>'s.
/// </summary>
public sealed class LossFunction
{
    private readonly string _type;
    private readonly HuberThreshold _threshold;

    /// <exception cref="ArgumentException">Options that cannot be.</exception>
    public LossFunction(NoiseSchedule schedule, LossOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        OptionProblem.ThrowIfAny(LossOptions.Declared.Problems(options));
        _type = options.LossType;
        _threshold = new HuberThreshold(schedule, options);
    }

    /// <param name="predicted">[B, C, h, w], float32.</param>
    /// <param name="target">[B, C, h, w], float32.</param>
    /// <param name="timesteps">[B], int64.</param>
    /// <returns>[B, C, h, w].</returns>
    public Tensor Compute(Tensor predicted, Tensor target, Tensor timesteps)
    {
        ArgumentNullException.ThrowIfNull(predicted);
        ArgumentNullException.ThrowIfNull(target);
        using var scope = NewDisposeScope();
        var difference = predicted - target;
        var error = _type switch
        {
            "l2" => difference.square(),
            "l1" => difference.abs(),
            _ => PseudoHuber(difference, _threshold.At(timesteps).view(-1, 1, 1, 1).to(difference.device, non_blocking: true)),
        };
        return error.MoveToOuterDisposeScope();
    }

    private Tensor PseudoHuber(Tensor difference, Tensor threshold)
    {
        var bowl = (difference.square() + threshold.square()).sqrt() - threshold;
        return bowl * (_type == "huber" ? 2 * threshold : full_like(threshold, 2));
    }
}
