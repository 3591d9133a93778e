using static TorchSharp.torch;

namespace Slipway.Training.Networks;

/// <summary>
/// <c>scale_weight_norms</c>: after a step each branch whose change of its layer's weight is larger than a limit is scaled down to it,
/// all of its factors alike, as sd-scripts' max norm regularisation does with down and up.
/// </summary>
internal static class ScaleWeightNorms
{
    /// <param name="network">The network; its multiplier has no influence.</param>
    /// <param name="limit">Greatest L2 norm of alpha/rank · product.</param>
    /// <returns>How many branches were scaled.</returns>
    public static int Apply(LoraNetwork network, double limit)
    {
        using var inference = no_grad();
        using var scope = NewDisposeScope();
        var modules = network.Adapters.Where(module => module.Target.IsReached).ToList();
        var large = modules.Zip(Norms(modules)).Where(pair => pair.Second > limit).ToList();
        large.ForEach(pair => pair.First.Shrink(limit / pair.Second));
        return large.Count;
    }

    // Read at once: each reading waits for the device.
    private static float[] Norms(IReadOnlyList<Adapter> modules) => modules.Count == 0 ? [] : stack(modules.Select(module => module.Norm())).cpu().data<float>().ToArray();
}
