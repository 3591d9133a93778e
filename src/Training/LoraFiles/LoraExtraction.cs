using Slipway.Diffusion.Model;
using Slipway.Training.Networks;
using Slipway.Training.Networks.Adapters;
using static TorchSharp.torch;

namespace Slipway.Training.LoraFiles;

/// <summary>
/// The difference between two models as a LoRA of the first, by singular values, as sd-scripts'
/// <c>extract_lora_from_models</c> makes it.
/// </summary>
public static class LoraExtraction
{
    /// <param name="original">The model that the LoRA will be used with.</param>
    /// <param name="tuned">What it became; a model of the same sizes.</param>
    /// <param name="options">Ranks, and how far outliers are cut. Without <see cref="LowRankOptions.ConvDim"/> resnets are left out.</param>
    /// <returns>A network of <paramref name="original"/>, not attached; alphas are the ranks.</returns>
    /// <exception cref="ArgumentException">The models differ in their layers: all of them, a line each.</exception>
    public static LoraNetwork Of(SdxlModel original, SdxlModel tuned, LowRankOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var before = LoraNetwork.Targets(original, options.ConvDim is not null, textEncoders: true).ToList();
        var after = LoraNetwork.Targets(tuned, options.ConvDim is not null, textEncoders: true).ToDictionary(target => target.Name, StringComparer.Ordinal);
        Check(before, after);
        using var inference = no_grad();
        return new LoraNetwork(before.Select(target =>
        {
            using var scope = NewDisposeScope();
            return LowRankApproximation.Of(target, after[target.Name].Weight.to(ScalarType.Float32, target.Weight.device) - target.Weight.to(ScalarType.Float32), options);
        }));
    }

    private static void Check(List<LoraTarget> before, Dictionary<string, LoraTarget> after)
    {
        var problems = before.Where(target => !after.TryGetValue(target.Name, out var other) || !other.Weight.shape.AsSpan().SequenceEqual(target.Weight.shape))
            .Select(target => $"{target.Name}: [{string.Join(", ", target.Weight.shape)}] in one model, {(after.TryGetValue(target.Name, out var other) ? $"[{string.Join(", ", other.Weight.shape)}] in" : "missing in")} the other")
            .Concat(after.Keys.Except(before.Select(target => target.Name), StringComparer.Ordinal).Select(name => $"{name}: missing in the first model"))
            .ToList();
        if (problems.Count > 0)
            throw new ArgumentException($"Only models of the same sizes have a difference:\n{string.Join("\n", problems)}", nameof(after));
    }
}
