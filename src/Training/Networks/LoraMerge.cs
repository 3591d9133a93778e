using Slipway.Training.Networks.Adapters;
using static TorchSharp.torch;
using Module = TorchSharp.torch.nn.Module;

namespace Slipway.Training.Networks;

/// <summary>
/// LoRAs made one with a model, until this is disposed. Each counts with its <see cref="LoraNetwork.Multiplier"/>,
/// and what counts is the change of the weights, ΔW = multiplier · alpha/rank · up∘down. There is no merge that averages
/// downs and ups by themselves, as <c>merge_lora</c> of sd-scripts does: at 0.5 and 0.5 it gives each change a quarter of its
/// strength, and products of one's up with the other's down besides.
/// </summary>
/// <remarks>
/// A merged model samples faster than branches beside its layers, and needs no more memory: what was there before is read again from the
/// checkpoint, a layer at a time, and not kept. Of a model that came from no file it is kept.
/// </remarks>
public sealed class LoraMerge : IDisposable
{
    private readonly List<List<IReadOnlyList<Adapter>>> _added = [];
    private readonly Dictionary<Module, Tensor> _kept = new(ReferenceEqualityComparer.Instance);

    /// <summary>A merge of these networks alone, see <see cref="Add"/>.</summary>
    /// <exception cref="InvalidOperationException">A network is attached, and would count twice.</exception>
    public static LoraMerge IntoModel(params IReadOnlyList<LoraNetwork> networks)
    {
        var merge = new LoraMerge();
        merge.Add(networks);
        return merge;
    }

    /// <summary>
    /// Adds the changes to the model's weights, on top of what was added before; those of several networks to one layer as one sum. They and
    /// their strengths must stay as they are until they are taken out, and none may be attached meanwhile.
    /// </summary>
    /// <exception cref="InvalidOperationException">A network is attached, and would count twice.</exception>
    public void Add(params IReadOnlyList<LoraNetwork> networks)
    {
        ArgumentNullException.ThrowIfNull(networks);
        if (networks.Any(network => network.Adapters.Any(module => module.IsAttached)))
            throw new InvalidOperationException("The LoRA network is attached to the model: detach it before merging, or it would count twice.");
        _added.Add(Layers(networks));
        try
        {
            using var inference = no_grad();
            foreach (var layer in _added[^1])
            {
                Require(layer[0].Target);
                Keep(layer[0].Target);
                Change(layer);
            }
        }
        catch
        {
            RemoveLast();
            throw;
        }
    }

    /// <summary>Takes out what was added last: the weights have the very bits that they had before.</summary>
    public void RemoveLast()
    {
        using var inference = no_grad();
        var last = _added[^1];
        _added.RemoveAt(_added.Count - 1);
        foreach (var target in last.Select(layer => layer[0].Target))
        {
            Restore(target);
            foreach (var below in _added.SelectMany(layers => layers).Where(layer => ReferenceEquals(layer[0].Target.Layer, target.Layer)))
                Change(below);
        }
    }

    /// <summary>Takes out everything: the weights have the very bits that they had at first.</summary>
    public void Dispose()
    {
        using var inference = no_grad();
        foreach (var target in _added.SelectMany(layers => layers).Select(layer => layer[0].Target).DistinctBy(target => target.Layer, ReferenceEqualityComparer.Instance))
            Restore(target);
        _added.Clear();
        foreach (var weight in _kept.Values)
            weight.Dispose();
        _kept.Clear();
    }

    /// <summary>The modules of each layer, in sd-scripts' order of layers as far as the networks have it.</summary>
    private static List<IReadOnlyList<Adapter>> Layers(IReadOnlyList<LoraNetwork> networks) =>
    [
        .. networks.SelectMany(network => network.Adapters).Where(module => module.Multiplier != 0)
            .GroupBy(module => module.Target.Layer, ReferenceEqualityComparer.Instance)
            .Select(layer => layer.ToList()),
    ];

    // Where the layer is away, the change waits until it comes back.
    private static void Change(IReadOnlyList<Adapter> layer)
    {
        var target = layer[0].Target;
        void Add() => AddTo(target.Weight, layer);
        if (target.Stored is { } stored)
            stored.Changed[target.Path] = stored.Changed.TryGetValue(target.Path, out var before) ? before + Add : Add;
        if (!target.Weight.is_meta)
            Add();
    }

    // Every change of a layer is computed before its weight changes: a DoRA's depends on the weight.
    private static void AddTo(Tensor weight, IReadOnlyList<Adapter> layer)
    {
        using var scope = NewDisposeScope();
        using var inference = no_grad();
        weight.add_(layer.Select(module => module.Delta()).Aggregate((sum, delta) => sum.add_(delta)));
    }

    private static void Require(LoraTarget target)
    {
        if (target.Weight.is_meta)
            throw new InvalidOperationException($"The weights of {target.Path} are not in memory: the model's text encoders must be required before a LoRA is merged into them.");
    }

    private void Keep(LoraTarget target)
    {
        if (target.Stored is null && !_kept.ContainsKey(target.Layer))
            _kept.Add(target.Layer, target.Weight.clone().DetachFromDisposeScope());
    }

    private void Restore(LoraTarget target)
    {
        using var scope = NewDisposeScope();
        // Where adding broke off, layers behind that have not been reached.
        if (target.Stored is { } stored)
        {
            if (!target.Weight.is_meta)
                target.Weight.copy_(stored.Read($"{target.Path}.weight", target.Weight.dtype));
            stored.Changed.Remove(target.Path);
        }
        else if (_kept.TryGetValue(target.Layer, out var before))
            target.Weight.copy_(before);
    }
}
