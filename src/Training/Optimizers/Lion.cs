using Slipway.Training.Options;
using Slipway.Training.State;
using static TorchSharp.torch;

namespace Slipway.Training.Optimizers;

/// <summary>
/// Lion (Chen et al. 2023, "Symbolic discovery of optimization algorithms"): every value moves by its learning rate, in the
/// direction of the sign of a momentum. Rates are a third to a tenth of AdamW's.
/// </summary>
public sealed class Lion : IOptimizer
{
    private readonly FlatParameters _parameters;
    private readonly LionOptions _options;
    private readonly Tensor _momentum;

    /// <summary>Begins with a moment of zero.</summary>
    public Lion(FlatParameters parameters, LionOptions options)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        (_parameters, _options) = (parameters, options);
        _momentum = zeros_like(parameters.Gradients).DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public void Step(IReadOnlyList<double> learningRates)
    {
        ArgumentNullException.ThrowIfNull(learningRates);
        using var inference = no_grad();
        using var scope = NewDisposeScope();
        var direction = _momentum.mul(_options.Beta1).add_(_parameters.Gradients, 1 - _options.Beta1).sign_();
        for (var i = 0; i < _parameters.Groups.Count; i++)
        {
            var rate = learningRates[i];
            _parameters.OfGroup(_parameters.Values, i).mul_(1 - (rate * _options.WeightDecay)).add_(_parameters.OfGroup(direction, i), -rate);
        }
        _momentum.mul_(_options.Beta2).add_(_parameters.Gradients, 1 - _options.Beta2);
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Tensor> State() => new Dictionary<string, Tensor>(StringComparer.Ordinal) { ["momentum"] = _momentum };

    /// <inheritdoc/>
    public void Restore(IReadOnlyDictionary<string, Tensor> state) => state.Fill("momentum", _momentum);

    /// <inheritdoc/>
    public void Dispose() => _momentum.Dispose();
}
