using Slipway.Training.Networks;
using Slipway.Training.Networks.Adapters;
using Slipway.Training.Options;

namespace Slipway.Training.Optimizers;

/// <summary>Parameters that share a learning rate: the rate of their part of the model, times a factor.</summary>
/// <param name="Part">Whose rate applies: <c>unet_lr</c>, <c>text_encoder_lr</c> or <c>text_encoder_lr2</c>.</param>
/// <param name="LrMultiplier">1; or LoRA+'s ratio, a block's own factor, or both multiplied.</param>
/// <param name="Parameters">In the network's order.</param>
public sealed record ParameterGroup(LoraGroup Part, double LrMultiplier, IReadOnlyList<AdapterParameter> Parameters)
{
    /// <summary>What a loss can train of <paramref name="network"/>: the parts in the given order, in each the factors as they come.</summary>
    /// <param name="network">The network.</param>
    /// <param name="parts">Those that are trained.</param>
    /// <param name="loraPlus">Ratios for the output's side of each pair; null: none.</param>
    /// <param name="splitsText">Whether the second text encoder is a part of its own.</param>
    public static IReadOnlyList<ParameterGroup> FromNetwork(LoraNetwork network, IEnumerable<LoraGroup> parts, LoraPlusOptions? loraPlus = null, bool splitsText = false)
    {
        ArgumentNullException.ThrowIfNull(network);
        return
        [
            .. parts.SelectMany(part => network.Adapters
                .Where(module => PartOf(module.Target, splitsText) == part && module.Target.IsReached && module.LrMultiplier > 0)
                .SelectMany(module => module.Parameters.Select(parameter => (parameter, Factor: module.LrMultiplier * (parameter.IsUp ? loraPlus?.Ratio(part) ?? 1 : 1))))
                .GroupBy(pair => pair.Factor, pair => pair.parameter)
                .Select(group => new ParameterGroup(part, group.Key, [.. group]))),
        ];
    }

    private static LoraGroup PartOf(LoraTarget target, bool splitsText) => splitsText && target.IsOfSecondTextEncoder ? LoraGroup.TextEncoder2 : target.Group;
}
