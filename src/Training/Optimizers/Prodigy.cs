using Slipway.Training.Options;
using Slipway.Training.State;
using static TorchSharp.torch;

namespace Slipway.Training.Optimizers;

/// <summary>
/// Prodigy (Mishchenko and Defazio 2023): Adam whose step is learning rate × d, where d is a growing estimate of how far the
/// solution is from the start. The learning rate stays near 1, and is one for all groups. A step at rate 0 changes nothing at all.
/// </summary>
public sealed class Prodigy : IOptimizer
{
    private readonly FlatParameters _parameters;
    private readonly ProdigyOptions _options;
    private readonly Tensor _start;
    private readonly Tensor _firstMoment;
    private readonly Tensor _secondMoment;
    private readonly Tensor _sums;
    private double _numerator;
    private double _largest;
    private int _steps;

    /// <param name="parameters">Their values now are the start.</param>
    /// <param name="options">The constants.</param>
    /// <exception cref="ArgumentException">Groups with different factors: there is one rate for all.</exception>
    public Prodigy(FlatParameters parameters, ProdigyOptions options)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(options);
        if (parameters.Groups.Select(group => group.LrMultiplier).Distinct().Count() > 1)
            throw new ArgumentException("optimizer_type: Prodigy finds one learning rate for all that is trained; leave block-wise rates and loraplus_lr_ratio out, or use AdamW.", nameof(parameters));
        (_parameters, _options) = (parameters, options);
        _start = parameters.Values.clone().DetachFromDisposeScope();
        _firstMoment = zeros_like(_start).DetachFromDisposeScope();
        _secondMoment = zeros_like(_start).DetachFromDisposeScope();
        _sums = zeros_like(_start).DetachFromDisposeScope();
        Distance = _largest = options.D0;
    }

    /// <summary>d, the estimated distance from the start to the solution.</summary>
    public double Distance { get; private set; }

    /// <inheritdoc/>
    public void Step(IReadOnlyList<double> learningRates)
    {
        ArgumentNullException.ThrowIfNull(learningRates);
        if (learningRates.Distinct().Skip(1).Any())
            throw new ArgumentException($"Prodigy has one learning rate for all groups, found {string.Join(", ", learningRates)}.", nameof(learningRates));
        if (learningRates[0] == 0)
            return;
        using var inference = no_grad();
        using var scope = NewDisposeScope();
        var step = Distance * learningRates[0] * BiasCorrection();
        var gradient = _options is { Decouple: false, WeightDecay: > 0 } ? _parameters.Gradients.add(_parameters.Values, _options.WeightDecay) : _parameters.Gradients;
        AddUp(gradient, step);
        var denominator = _sums.abs().sum(ScalarType.Float64).item<double>();
        if (denominator == 0)
            return;
        Estimate(_options.DCoef * _numerator / denominator);
        if (_options.Decouple)
            _parameters.Values.mul_(1 - (_options.WeightDecay * step));
        _parameters.Values.addcdiv_(_firstMoment, _secondMoment.sqrt().add_(Distance * _options.Eps), -step);
        _steps++;
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Tensor> State() => new Dictionary<string, Tensor>(StringComparer.Ordinal)
    {
        ["start"] = _start,
        ["first_moment"] = _firstMoment,
        ["second_moment"] = _secondMoment,
        ["sums"] = _sums,
        ["numbers"] = tensor(new[] { Distance, _largest, _numerator, _steps }),
    };

    /// <inheritdoc/>
    public void Restore(IReadOnlyDictionary<string, Tensor> state)
    {
        state.Fill("start", _start);
        state.Fill("first_moment", _firstMoment);
        state.Fill("second_moment", _secondMoment);
        state.Fill("sums", _sums);
        var numbers = state.Numbers("numbers");
        (Distance, _largest, _numerator, _steps) = (numbers[0], numbers[1], numbers[2], (int)numbers[3]);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _start.Dispose();
        _firstMoment.Dispose();
        _secondMoment.Dispose();
        _sums.Dispose();
    }

    private double BiasCorrection() => _options.UseBiasCorrection
        ? Math.Sqrt(1 - Math.Pow(_options.Beta2, _steps + 1)) / (1 - Math.Pow(_options.Beta1, _steps + 1))
        : 1;

    // Sums over all values are taken in float64: in float32 millions of terms would not add up.
    private void AddUp(Tensor gradient, double step)
    {
        var (d, beta3) = (Distance, _options.Beta3 ?? Math.Sqrt(_options.Beta2));
        var progress = gradient.mul(_start.sub(_parameters.Values)).sum(ScalarType.Float64).item<double>();
        _numerator = (_numerator * beta3) + (d / _options.D0 * step * progress);
        _firstMoment.mul_(_options.Beta1).add_(gradient, d * (1 - _options.Beta1));
        _secondMoment.mul_(_options.Beta2).addcmul_(gradient, gradient, d * d * (1 - _options.Beta2));
        _sums.mul_(beta3).add_(gradient, d / _options.D0 * (_options.SafeguardWarmup ? d : step));
    }

    private void Estimate(double estimate)
    {
        var d = Distance == _options.D0 ? Math.Max(Distance, estimate) : Distance;
        _largest = Math.Max(_largest, estimate);
        Distance = Math.Min(_largest, d * _options.GrowthRate);
    }
}
