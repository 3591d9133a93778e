using Slipway.Training.Networks.Adapters;
using static TorchSharp.torch;

namespace Slipway.Training.Networks;

/// <summary>
/// LoRAs made one with a model. Each counts with its <see cref="LoraNetwork.Multiplier"/>,
/// and what counts is the change of the weights, ΔW = multiplier · alpha/rank · up∘down. There is no merge that averages
/// downs and ups by themselves, as <c>merge_lora</c> of sd-scripts does: at 0.5 and 0.5 it gives each change a quarter of its
/// strength, and products of one's up with the other's down besides.
/// </summary>
public static class LoraMerge
{
    /// <summary>
    /// Adds the changes to the model's weights, which samples faster than branches beside them. Disposing the result puts
    /// back the very bits that were there. No network may be attached meanwhile.
    /// </summary>
    /// <exception cref="InvalidOperationException">A network is attached, and would count twice.</exception>
    public static IDisposable IntoModel(params IReadOnlyList<LoraNetwork> networks)
    {
        ArgumentNullException.ThrowIfNull(networks);
        if (networks.Any(network => network.Adapters.Any(module => module.IsAttached)))
            throw new InvalidOperationException("The LoRA network is attached to the model: detach it before merging, or it would count twice.");
        return new MergedWeights(Layers(networks));
    }

    /// <summary>The modules of each layer, in sd-scripts' order of layers as far as the networks have it.</summary>
    private static List<IReadOnlyList<Adapter>> Layers(IReadOnlyList<LoraNetwork> networks) =>
    [
        .. networks.SelectMany(network => network.Adapters).Where(module => module.Multiplier != 0)
            .GroupBy(module => module.Target.Layer, ReferenceEqualityComparer.Instance)
            .Select(layer => layer.ToList()),
    ];

    private static Tensor Sum(IEnumerable<Adapter> layer) => layer.Select(module => module.Delta()).Aggregate((sum, delta) => sum.add_(delta));

    private sealed class MergedWeights : IDisposable
    {
        private readonly List<(LoraTarget Target, Tensor Before)> _merged = [];

        // Every change is computed before the first weight changes: a DoRA's depends on the weight.
        public MergedWeights(IEnumerable<IReadOnlyList<Adapter>> layers)
        {
            using var inference = no_grad();
            foreach (var layer in layers)
            {
                using var scope = NewDisposeScope();
                var weight = layer[0].Target.Weight;
                var sum = Sum(layer);
                _merged.Add((layer[0].Target, weight.clone().DetachFromDisposeScope()));
                weight.add_(sum);
            }
        }

        public void Dispose()
        {
            using var inference = no_grad();
            foreach (var (target, before) in _merged)
            {
                using (before)
                    target.Weight.copy_(before);
            }
            _merged.Clear();
        }
    }
}
