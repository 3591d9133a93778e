using Slipway.Training.Options;
using Slipway.Training.State;
using static TorchSharp.torch;

namespace Slipway.Training.Optimizers;

/// <summary>
/// Schedule-free AdamW (Defazio et al. 2024, "The road less scheduled"): steps are taken from z, gradients at y = β₁·x + (1 − β₁)·z,
/// and x, the weighted mean of all z, is what the training is good for. It replaces a falling learning rate.
/// </summary>
public sealed class AdamWScheduleFree : IOptimizer
{
    private readonly FlatParameters _parameters;
    private readonly ScheduleFreeOptions _options;
    private readonly Tensor _z;
    private readonly Tensor _secondMoment;
    private readonly double[] _largestRates;
    private readonly double[] _weightSums;
    private int _steps;

    /// <param name="parameters">Hold y from now on.</param>
    /// <param name="options">The constants.</param>
    public AdamWScheduleFree(FlatParameters parameters, ScheduleFreeOptions options)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        (_parameters, _options) = (parameters, options);
        _z = parameters.Values.clone().DetachFromDisposeScope();
        _secondMoment = zeros_like(_z).DetachFromDisposeScope();
        _largestRates = new double[parameters.Groups.Count];
        _weightSums = new double[parameters.Groups.Count];
    }

    /// <inheritdoc/>
    public void Step(IReadOnlyList<double> learningRates)
    {
        ArgumentNullException.ThrowIfNull(learningRates);
        using var inference = no_grad();
        using var scope = NewDisposeScope();
        _steps++;
        _secondMoment.mul_(_options.Beta2).addcmul_(_parameters.Gradients, _parameters.Gradients, 1 - _options.Beta2);
        var spread = _secondMoment.div(1 - Math.Pow(_options.Beta2, _steps)).sqrt_().add_(_options.Eps);
        var direction = _parameters.Gradients.div(spread).add_(_parameters.Values, _options.WeightDecay);
        for (var i = 0; i < _parameters.Groups.Count; i++)
            Step(i, learningRates[i] * Math.Min(1, _steps / (double)Math.Max(1, _options.WarmupSteps)), _parameters.OfGroup(direction, i));
    }

    /// <summary>The average x of the iterates (Defazio et al. 2024), [N], float32: what is evaluated and saved.</summary>
    public Tensor? EvaluationValues()
    {
        using var inference = no_grad();
        return _parameters.Values.mul(1 / _options.Beta1).add_(_z, 1 - (1 / _options.Beta1));
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Tensor> State() => new Dictionary<string, Tensor>(StringComparer.Ordinal)
    {
        ["z"] = _z,
        ["second_moment"] = _secondMoment,
        ["largest_rates"] = tensor(_largestRates),
        ["weight_sums"] = tensor(_weightSums),
        ["steps"] = tensor(new double[] { _steps }),
    };

    /// <inheritdoc/>
    public void Restore(IReadOnlyDictionary<string, Tensor> state)
    {
        state.Fill("z", _z);
        state.Fill("second_moment", _secondMoment);
        state.Numbers("largest_rates").CopyTo(_largestRates, 0);
        state.Numbers("weight_sums").CopyTo(_weightSums, 0);
        _steps = (int)state.Numbers("steps")[0];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _z.Dispose();
        _secondMoment.Dispose();
    }

    // x takes in the new z with the share c; y follows without x being computed.
    private void Step(int group, double rate, Tensor direction)
    {
        var (y, z) = (_parameters.OfGroup(_parameters.Values, group), _parameters.OfGroup(_z, group));
        _largestRates[group] = Math.Max(rate, _largestRates[group]);
        var weight = Math.Pow(_steps, _options.R) * Math.Pow(_largestRates[group], _options.WeightLrPower);
        _weightSums[group] += weight;
        var c = _weightSums[group] == 0 ? 0 : weight / _weightSums[group];
        y.mul_(1 - c).add_(z, c).add_(direction, rate * ((_options.Beta1 * (1 - c)) - 1));
        z.sub_(direction.mul(rate));
    }
}
