using TorchSharp;
using static TorchSharp.torch;

namespace Slipway.Training;

/// <summary>
/// All trainable values of a network in one buffer, group by group, and all gradients in another; the network's own
/// tensors become views of them. An optimizer then needs a handful of operations a step instead of some per tensor,
/// which is most of a step's time on a small model.
/// </summary>
public sealed class FlatParameters : IDisposable
{
    private readonly List<Tensor> _gradientViews = [];

    public FlatParameters(LoraNetwork network, IReadOnlyList<LoraGroup> groups)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(groups);
        using var scope = NewDisposeScope();
        using var inference = no_grad();
        var modules = groups.Select(g => network.Modules.Where(m => m.Target.Group == g && m.Target.IsReached).ToList()).ToList();
        var sizes = modules.Select(group => group.Sum(m => m.Down.numel() + m.Up.numel())).ToArray();
        var device = network.Modules[0].Down.device;
        Values = zeros(sizes.Sum(), dtype: ScalarType.Float32, device: device).DetachFromDisposeScope();
        Gradients = zeros(sizes.Sum(), dtype: ScalarType.Float32, device: device).DetachFromDisposeScope();
        Bind(modules.SelectMany(m => m));
        var start = 0L;
        Groups = [.. groups.Select((group, i) => (group, Values.narrow(0, (start += sizes[i]) - sizes[i], sizes[i]).DetachFromDisposeScope()))];
    }

    /// <summary>[N], float32.</summary>
    public Tensor Values { get; }

    /// <summary>[N], float32; backward passes add into it.</summary>
    public Tensor Gradients { get; }

    /// <summary>Each group's part of <see cref="Values"/>, in order and without gaps.</summary>
    public IReadOnlyList<(LoraGroup Group, Tensor Values)> Groups { get; }

    /// <summary>Start of each group within the buffers.</summary>
    public long Offset(int group) => Groups.Take(group).Sum(g => g.Values.numel());

    public void Dispose()
    {
        foreach (var (_, values) in Groups)
            values.Dispose();
        _gradientViews.ForEach(v => v.Dispose());
        Values.Dispose();
        Gradients.Dispose();
    }

    private void Bind(IEnumerable<LoraModule> modules)
    {
        var at = 0L;
        foreach (var module in modules)
        {
            var (down, up) = (module.Down.shape, module.Up.shape);
            var (downSize, upSize) = (module.Down.numel(), module.Up.numel());
            module.Rebind(Values.narrow(0, at, downSize).view(down), Values.narrow(0, at + downSize, upSize).view(up));
            BindGradient(module.Down, at);
            BindGradient(module.Up, at + downSize);
            at += downSize + upSize;
        }
    }

    // A gradient that is already there is added to in place.
    private void BindGradient(Tensor parameter, long at)
    {
        var view = Gradients.narrow(0, at, parameter.numel()).view(parameter.shape).DetachFromDisposeScope();
        parameter.grad = view;
        _gradientViews.Add(view);
    }
}
