using Slipway.Training.Networks.Adapters;
using Slipway.Training.State;
using static TorchSharp.torch;

namespace Slipway.Training.Optimizers;

/// <summary>
/// All trainable values of a network in one buffer, group by group, and all gradients in another; the network's own
/// tensors become views of them. An optimizer then needs a handful of operations a step instead of some per tensor,
/// which is most of a step's time on a small model.
/// </summary>
public sealed class FlatParameters : ICheckpointed, IDisposable
{
    private readonly List<Tensor> _gradientViews = [];
    private readonly List<ParameterSlice> _slices = [];

    /// <param name="groups">At least one parameter in all. They are on one device.</param>
    public FlatParameters(IReadOnlyList<ParameterGroup> groups)
    {
        ArgumentNullException.ThrowIfNull(groups);
        using var scope = NewDisposeScope();
        using var inference = no_grad();
        Groups = groups;
        Offsets = [.. groups.Aggregate(new List<long> { 0 }, (offsets, group) => [.. offsets, offsets[^1] + group.Parameters.Sum(p => p.Value.numel())])];
        var device = groups[0].Parameters[0].Value.device;
        Values = zeros(Offsets[^1], dtype: ScalarType.Float32, device: device).DetachFromDisposeScope();
        Gradients = zeros(Offsets[^1], dtype: ScalarType.Float32, device: device).DetachFromDisposeScope();
        Bind();
    }

    /// <summary>The values of all parameters behind one another, [N], float32.</summary>
    public Tensor Values { get; }

    /// <summary>The gradients of all parameters behind one another, [N], float32; backward passes add into it.</summary>
    public Tensor Gradients { get; }

    /// <summary>The groups in the buffers' order; there are no gaps between them.</summary>
    public IReadOnlyList<ParameterGroup> Groups { get; }

    /// <summary>Start of each group within the buffers, and the end of the last.</summary>
    public IReadOnlyList<long> Offsets { get; }

    /// <summary>Where each parameter lies, in the buffers' order.</summary>
    public IReadOnlyList<ParameterSlice> Slices => _slices;

    /// <summary>The part of a buffer [N] that belongs to a group; a view.</summary>
    public Tensor OfGroup(Tensor buffer, int group)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        return buffer.narrow(0, Offsets[group], Offsets[group + 1] - Offsets[group]);
    }

    /// <summary>Sets all gradients to zero, for the next step's to be added up.</summary>
    public void ClearGradients()
    {
        using var inference = no_grad();
        Gradients.zero_();
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Tensor> State() => new Dictionary<string, Tensor>(StringComparer.Ordinal) { ["values"] = Values };

    /// <inheritdoc/>
    public void Restore(IReadOnlyDictionary<string, Tensor> state) => state.Fill("values", Values);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var parameter in Groups.SelectMany(group => group.Parameters))
            parameter.Gradient = null;
        _gradientViews.ForEach(v => v.Dispose());
        Values.Dispose();
        Gradients.Dispose();
    }

    private void Bind()
    {
        var at = 0L;
        for (var group = 0; group < Groups.Count; group++)
        {
            foreach (var parameter in Groups[group].Parameters)
            {
                var slice = new ParameterSlice(group, at, parameter.Value.shape);
                parameter.Rebind(slice.View(Values));
                BindGradient(parameter, slice);
                _slices.Add(slice);
                at += slice.Length;
            }
        }
    }

    // A gradient that is already there is added to in place.
    private void BindGradient(AdapterParameter parameter, ParameterSlice slice)
    {
        var view = slice.View(Gradients).DetachFromDisposeScope();
        parameter.Value.grad = view;
        parameter.Gradient = view;
        _gradientViews.Add(view);
    }
}
