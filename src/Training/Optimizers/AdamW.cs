using Slipway.Training.Options;
using Slipway.Training.State;
using static TorchSharp.torch;

namespace Slipway.Training.Optimizers;

/// <summary>
/// AdamW (Loshchilov and Hutter 2019) over one flat buffer: decoupled weight decay, bias-corrected moments, as
/// <c>torch.optim.AdamW</c> computes it. Each group has a learning rate of its own.
/// </summary>
public sealed class AdamW : IOptimizer
{
    private readonly FlatParameters _parameters;
    private readonly AdamWOptions _options;
    private readonly Tensor _firstMoment;
    private readonly Tensor _secondMoment;
    private int _steps;

    /// <summary>Begins with moments of zero.</summary>
    public AdamW(FlatParameters parameters, AdamWOptions options)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        _parameters = parameters;
        _options = options;
        _firstMoment = zeros_like(parameters.Gradients).DetachFromDisposeScope();
        _secondMoment = zeros_like(parameters.Gradients).DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public void Step(IReadOnlyList<double> learningRates)
    {
        ArgumentNullException.ThrowIfNull(learningRates);
        using var inference = no_grad();
        using var scope = NewDisposeScope();
        _steps++;
        var (beta1, beta2) = (_options.AdamBeta1, _options.AdamBeta2);
        _firstMoment.mul_(beta1).add_(_parameters.Gradients, 1 - beta1);
        _secondMoment.mul_(beta2).addcmul_(_parameters.Gradients, _parameters.Gradients, 1 - beta2);
        var spread = _secondMoment.sqrt().div_(Math.Sqrt(1 - Math.Pow(beta2, _steps))).add_(_options.AdamEps);
        for (var i = 0; i < _parameters.Groups.Count; i++)
        {
            var values = _parameters.OfGroup(_parameters.Values, i);
            var rate = learningRates[i];
            values.mul_(1 - (rate * _options.WeightDecay));
            values.addcdiv_(_parameters.OfGroup(_firstMoment, i), _parameters.OfGroup(spread, i), -rate / (1 - Math.Pow(beta1, _steps)));
        }
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Tensor> State() => new Dictionary<string, Tensor>(StringComparer.Ordinal)
    {
        ["first_moment"] = _firstMoment,
        ["second_moment"] = _secondMoment,
        ["steps"] = tensor(new double[] { _steps }),
    };

    /// <inheritdoc/>
    public void Restore(IReadOnlyDictionary<string, Tensor> state)
    {
        state.Fill("first_moment", _firstMoment);
        state.Fill("second_moment", _secondMoment);
        _steps = (int)state.Numbers("steps")[0];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _firstMoment.Dispose();
        _secondMoment.Dispose();
    }
}
