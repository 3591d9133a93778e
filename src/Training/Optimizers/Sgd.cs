using Slipway.Training.Options;
using Slipway.Training.State;
using static TorchSharp.torch;

namespace Slipway.Training.Optimizers;

/// <summary>
/// Stochastic gradient descent with momentum (Polyak 1964; Nesterov 1983; Sutskever et al. 2013), as <c>torch.optim.SGD</c>
/// computes it: weight decay goes into the gradient, and the first momentum is the first gradient, undampened.
/// </summary>
public sealed class Sgd : IOptimizer
{
    private readonly FlatParameters _parameters;
    private readonly SgdOptions _options;
    private readonly Tensor? _momentum;
    private int _steps;

    /// <summary>Begins without momentum.</summary>
    public Sgd(FlatParameters parameters, SgdOptions options)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(options);
        (_parameters, _options) = (parameters, options);
        _momentum = options.Momentum == 0 ? null : zeros_like(parameters.Gradients).DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public void Step(IReadOnlyList<double> learningRates)
    {
        ArgumentNullException.ThrowIfNull(learningRates);
        using var inference = no_grad();
        using var scope = NewDisposeScope();
        var direction = Direction(_options.WeightDecay == 0 ? _parameters.Gradients : _parameters.Gradients.add(_parameters.Values, _options.WeightDecay));
        for (var i = 0; i < _parameters.Groups.Count; i++)
            _parameters.OfGroup(_parameters.Values, i).add_(_parameters.OfGroup(direction, i), -learningRates[i]);
        _steps++;
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Tensor> State()
    {
        var state = new Dictionary<string, Tensor>(StringComparer.Ordinal) { ["steps"] = tensor(new double[] { _steps }) };
        if (_momentum is not null)
            state["momentum"] = _momentum;
        return state;
    }

    /// <inheritdoc/>
    public void Restore(IReadOnlyDictionary<string, Tensor> state)
    {
        _steps = (int)state.Numbers("steps")[0];
        if (_momentum is not null)
            state.Fill("momentum", _momentum);
    }

    /// <inheritdoc/>
    public void Dispose() => _momentum?.Dispose();

    private Tensor Direction(Tensor gradient)
    {
        if (_momentum is null)
            return gradient;
        _momentum.mul_(_options.Momentum).add_(gradient, _steps == 0 ? 1 : 1 - _options.Dampening);
        return _options.Nesterov ? gradient.add(_momentum, _options.Momentum) : _momentum;
    }
}
