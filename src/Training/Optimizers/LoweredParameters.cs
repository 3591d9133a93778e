using Slipway.Training.Networks.Adapters;
using static TorchSharp.torch;

namespace Slipway.Training.Optimizers;

/// <summary>
/// All values of <see cref="FlatParameters"/> in the model's precision, rounded at once for a whole micro-batch, and all of their gradients in it. Rounding each
/// value where it is used would be two operations a tensor, twice with gradient checkpointing, and as many for its gradients. The numbers are the same.
/// </summary>
/// <remarks>A branch whose values take part more than once in a micro-batch adds up its gradients in this precision.</remarks>
public sealed class LoweredParameters : IDisposable
{
    private readonly FlatParameters _parameters;
    private readonly Tensor _values;
    private readonly Tensor _gradients;
    private readonly List<(AdapterParameter Parameter, Tensor Value, Tensor Gradient)> _leaves = [];

    /// <param name="parameters">The values; they stay the caller's.</param>
    /// <param name="precision">The model's.</param>
    public LoweredParameters(FlatParameters parameters, ScalarType precision)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        using var scope = NewDisposeScope();
        using var inference = no_grad();
        _parameters = parameters;
        _values = zeros_like(parameters.Values, dtype: precision).DetachFromDisposeScope();
        _gradients = zeros_like(_values).DetachFromDisposeScope();
        foreach (var (parameter, slice) in parameters.Groups.SelectMany(group => group.Parameters).Zip(parameters.Slices))
        {
            var value = slice.View(_values).detach().requires_grad_(true).DetachFromDisposeScope();
            var gradient = slice.View(_gradients).DetachFromDisposeScope();
            value.grad = gradient;
            _leaves.Add((parameter, value, gradient));
        }
    }

    /// <summary>Takes the values as they are now; until <see cref="End"/> the branches compute with them.</summary>
    public void Begin()
    {
        using var inference = no_grad();
        _values.copy_(_parameters.Values);
        _leaves.ForEach(leaf => (leaf.Parameter.Lowered, leaf.Parameter.LoweredGradient) = (leaf.Value, leaf.Gradient));
    }

    /// <summary>Adds the gradients to those of the values themselves.</summary>
    public void End()
    {
        using var inference = no_grad();
        Release();
        _parameters.Gradients.add_(_gradients);
        _gradients.zero_();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Release();
        foreach (var (_, value, gradient) in _leaves)
        {
            value.Dispose();
            gradient.Dispose();
        }
        _values.Dispose();
        _gradients.Dispose();
    }

    private void Release() => _leaves.ForEach(leaf => (leaf.Parameter.Lowered, leaf.Parameter.LoweredGradient) = (null, null));
}
