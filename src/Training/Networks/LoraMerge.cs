using Slipway.Training.LoraFiles;
using Slipway.Training.Networks.Adapters;
using static TorchSharp.torch;

namespace Slipway.Training.Networks;

/// <summary>
/// Several LoRAs made one: with a model, or with one another. Each counts with its <see cref="LoraNetwork.Multiplier"/>,
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
        if (networks.Any(network => network.Modules.Any(module => module.IsAttached)))
            throw new InvalidOperationException("The LoRA network is attached to the model: detach it before merging, or it would count twice.");
        return new MergedWeights(Layers(networks));
    }

    /// <summary>
    /// The weighted sum as a network that keeps the sum exactly: downs and ups beside each other, so that ranks add up. DoRA,
    /// LoHa and LoKr have no such form.
    /// </summary>
    /// <returns>Not attached, with a multiplier of 1.</returns>
    /// <exception cref="ArgumentException">One of the networks has a branch that is no plain LoRA.</exception>
    public static LoraNetwork Concatenate(params IReadOnlyList<LoraNetwork> networks)
    {
        ArgumentNullException.ThrowIfNull(networks);
        if (networks.SelectMany(network => network.Modules).FirstOrDefault(module => !module.IsLowRank) is { } other)
            throw new ArgumentException($"{other.Name} is a DoRA, LoHa or LoKr, whose change has no low rank: decompose the sum instead.", nameof(networks));
        return new LoraNetwork(Layers(networks).Select(Concatenated));
    }

    /// <summary>
    /// The weighted sum, brought to a rank by singular values: the nearest network of that rank (Eckart and Young 1936), as
    /// sd-scripts' <c>svd_merge_lora</c> makes it.
    /// </summary>
    /// <param name="networks">Of one model.</param>
    /// <param name="options">Ranks, and how far outliers are cut.</param>
    /// <returns>Not attached, with a multiplier of 1; alphas are the ranks.</returns>
    public static LoraNetwork Decompose(IReadOnlyList<LoraNetwork> networks, LowRankOptions options)
    {
        ArgumentNullException.ThrowIfNull(networks);
        ArgumentNullException.ThrowIfNull(options);
        using var inference = no_grad();
        return new LoraNetwork(Layers(networks).Select(layer =>
        {
            using var scope = NewDisposeScope();
            return LowRankApproximation.Of(layer[0].Target, Sum(layer), options);
        }));
    }

    /// <summary>The modules of each layer, in sd-scripts' order of layers as far as the networks have it.</summary>
    private static List<IReadOnlyList<LoraModule>> Layers(IReadOnlyList<LoraNetwork> networks) =>
    [
        .. networks.Where(network => network.Multiplier != 0).SelectMany(network => network.Modules)
            .GroupBy(module => module.Target.Layer, ReferenceEqualityComparer.Instance)
            .Select(layer => layer.ToList()),
    ];

    private static Tensor Sum(IEnumerable<LoraModule> layer) => layer.Select(module => module.Delta()).Aggregate((sum, delta) => sum.add_(delta));

    private static LoraModule Concatenated(IReadOnlyList<LoraModule> layer)
    {
        using var scope = NewDisposeScope();
        using var inference = no_grad();
        var pairs = layer.Select(module => module.LowRank()).ToList();
        var down = cat([.. pairs.Select(pair => pair.Down)]);
        return new LoraModule(layer[0].Target, down.shape[0], down, cat([.. pairs.Select(pair => pair.Up)], 1));
    }

    private sealed class MergedWeights : IDisposable
    {
        private readonly List<(LoraTarget Target, Tensor Before)> _merged = [];

        // Every change is computed before the first weight changes: a DoRA's depends on the weight.
        public MergedWeights(IEnumerable<IReadOnlyList<LoraModule>> layers)
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
