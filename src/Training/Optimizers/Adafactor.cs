using Slipway.Training.Options;
using Slipway.Training.State;
using static TorchSharp.torch;

namespace Slipway.Training.Optimizers;

/// <summary>
/// Adafactor (Shazeer and Stern 2018) with Hugging Face's options: second moments of a matrix are kept as those of its rows
/// and columns, updates are clipped by their own size, and with <c>relative_step</c> the learning rate comes from the step's number.
/// </summary>
public sealed class Adafactor : IOptimizer
{
    private readonly FlatParameters _parameters;
    private readonly AdafactorOptions _options;
    private readonly Tensor _secondMoments;
    private readonly Tensor? _updates;
    private int _steps;

    /// <summary>Begins without any memory of gradients.</summary>
    public Adafactor(FlatParameters parameters, AdafactorOptions options)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(options);
        (_parameters, _options) = (parameters, options);
        var size = parameters.Slices.Sum(slice => FactoredMoment.Size(slice.Shape));
        _secondMoments = zeros(size, dtype: ScalarType.Float32, device: parameters.Gradients.device).DetachFromDisposeScope();
        _updates = options.Beta1 is null ? null : zeros_like(parameters.Gradients).DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public void Step(IReadOnlyList<double> learningRates)
    {
        ArgumentNullException.ThrowIfNull(learningRates);
        using var inference = no_grad();
        _steps++;
        var at = 0L;
        foreach (var slice in _parameters.Slices)
        {
            using var scope = NewDisposeScope();
            Step(slice, FactoredMoment.In(_secondMoments, at, slice.Shape), _options.RelativeStep ? RelativeRate() : learningRates[slice.Group]);
            at += FactoredMoment.Size(slice.Shape);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Tensor> State()
    {
        var state = new Dictionary<string, Tensor>(StringComparer.Ordinal) { ["second_moments"] = _secondMoments, ["steps"] = tensor(new double[] { _steps }) };
        if (_updates is not null)
            state["updates"] = _updates;
        return state;
    }

    /// <inheritdoc/>
    public void Restore(IReadOnlyDictionary<string, Tensor> state)
    {
        state.Fill("second_moments", _secondMoments);
        if (_updates is not null)
            state.Fill("updates", _updates);
        _steps = (int)state.Numbers("steps")[0];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _secondMoments.Dispose();
        _updates?.Dispose();
    }

    // Rates and sizes stay on the device, as numbers in float64: reading one would wait for all that is under way, twice a tensor.
    private void Step(ParameterSlice slice, FactoredMoment moment, double rate)
    {
        var (values, gradient) = (slice.View(_parameters.Values), slice.View(_parameters.Gradients));
        var size = full([], rate, ScalarType.Float64, values.device);
        if (_options.ScaleParameter)
            size.mul_(RootMeanSquare(values).clamp_min_(_options.Eps2));
        moment.Add(gradient.square().add_(_options.Eps1), 1 - Math.Pow(_steps, _options.DecayRate));
        var update = moment.InverseRoot().mul_(gradient);
        update.mul_(size / RootMeanSquare(update).div_(_options.ClipThreshold).clamp_min_(1));
        if (_updates is not null && _options.Beta1 is { } beta1)
            update = slice.View(_updates).mul_(beta1).add_(update, 1 - beta1);
        values.mul_(1 - (size * _options.WeightDecay)).sub_(update);
    }

    private double RelativeRate() => Math.Min(_options.WarmupInit ? 1e-6 * _steps : 1e-2, 1 / Math.Sqrt(_steps));

    private static Tensor RootMeanSquare(Tensor values) => values.norm().to(ScalarType.Float64).div_(Math.Sqrt(values.numel()));
}
