using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Slipway.Diffusion.Modules;

/// <summary>
/// The places of a network's weights, by state-dict key. A network is made without memory, on the <c>meta</c> device;
/// here each parameter gets its tensor, by taking it over and not by copying.
/// </summary>
/// <param name="network">A network of this project, or a part of one.</param>
public sealed class WeightSlots(nn.Module network)
{
    private readonly Dictionary<string, (nn.Module Layer, string Name)> _slots = Slots(network, "").ToDictionary(StringComparer.Ordinal);

    /// <summary>Every parameter's key, in the network's order.</summary>
    public IReadOnlyCollection<string> Keys => _slots.Keys;

    /// <summary>The parameter as it is; on the <c>meta</c> device where it has no memory yet.</summary>
    public Parameter this[string key] => _slots[key].Layer.get_parameter(_slots[key].Name)!;

    /// <summary>
    /// Gives the parameter <paramref name="key"/> its values. The slot's element type does not count: the tensor's does.
    /// Whether the parameter asks for a gradient stays as it is.
    /// </summary>
    /// <param name="key">One of <see cref="Keys"/>.</param>
    /// <param name="values">Values of the slot's shape; taken over, and not to be used or disposed by the caller any more.</param>
    /// <param name="device">Where the values are moved to; default: they stay where they are.</param>
    /// <exception cref="ArgumentException">There is no such key, or the shape is another.</exception>
    public void Fill(string key, Tensor values, Device? device = null)
    {
        if (!_slots.TryGetValue(key, out var slot))
            throw new ArgumentException($"{network.GetName()} has no parameter '{key}'.", nameof(key));
        var before = this[key];
        if (!before.shape.AsSpan().SequenceEqual(values.shape))
            throw new ArgumentException($"{key}: expected [{string.Join(", ", before.shape)}], found [{string.Join(", ", values.shape)}].", nameof(values));
        Set(slot.Layer, slot.Name, nn.Parameter(Moved(values, device), before.requires_grad));
        // A table's own setter knows its first weight alone, and not what bringing the network to another element type made of it.
        before.Dispose();
    }

    /// <summary>
    /// Random first values for every parameter without memory, PyTorch's: uniform within ±1/√(inputs of an output) for
    /// linear layers and convolutions, normal for embeddings, 1 and 0 for normalisations. Drawn from torch's global
    /// generator, layer by layer.
    /// </summary>
    public static void Initialise(nn.Module network)
    {
        var slots = new WeightSlots(network);
        using var noGradient = no_grad();
        foreach (var key in slots.Keys.Where(key => slots[key].is_meta).ToList())
            slots.Fill(key, slots.Initial(key));
    }

    // Depth first: the order of the state dict, and of construction.
    private static IEnumerable<KeyValuePair<string, (nn.Module Layer, string Name)>> Slots(nn.Module module, string prefix) =>
        module.named_parameters(recurse: false).Select(parameter => KeyValuePair.Create(prefix + parameter.name, (module, parameter.name)))
            .Concat(module.named_children().SelectMany(child => Slots(child.module, $"{prefix}{child.name}.")));

    private Tensor Initial(string key)
    {
        var (layer, name) = _slots[key];
        var values = empty(this[key].shape, this[key].dtype, CPU);
        return (layer, name) switch
        {
            (GroupNorm or LayerNorm, "weight") => values.fill_(1),
            (GroupNorm or LayerNorm, _) => values.fill_(0),
            (TokenEmbedding, _) => nn.init.normal_(values),
            (WeightedLayer, "weight") => nn.init.kaiming_uniform_(values, Math.Sqrt(5)),
            (WeightedLayer { Weight: var weight }, _) => Uniform(values, weight),
            _ => throw Unknown(layer),
        };
    }

    private static Tensor Uniform(Tensor bias, Tensor weight)
    {
        var bound = 1 / Math.Sqrt(weight.numel() / weight.shape[0]);
        return nn.init.uniform_(bias, -bound, bound);
    }

    private static void Set(nn.Module layer, string name, Parameter value)
    {
        switch ((layer, name))
        {
            case (WeightedLayer layered, "weight"): layered.Weight = value; break;
            case (WeightedLayer layered, "bias"): layered.Bias = value; break;
            case (GroupNorm norm, "weight"): norm.weight = value; break;
            case (GroupNorm norm, "bias"): norm.bias = value; break;
            case (LayerNorm norm, "weight"): norm.weight = value; break;
            case (LayerNorm norm, "bias"): norm.bias = value; break;
            case (TokenEmbedding table, "weight"): table.Weight = value; break;
            default: throw Unknown(layer);
        }
    }

    private static NotSupportedException Unknown(nn.Module layer) => new($"A layer of type {layer.GetName()} has no place in the networks.");

    private static Tensor Moved(Tensor values, Device? device)
    {
        if (device is null)
            return values;
        using (values)
            return values.to(device);
    }
}
