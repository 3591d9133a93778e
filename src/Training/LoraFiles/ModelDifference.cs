using Slipway.Diffusion.Checkpoints;
using Slipway.Training.Networks;
using Slipway.Training.Networks.Adapters;
using static TorchSharp.torch;

namespace Slipway.Training.LoraFiles;

/// <summary>
/// The difference between two checkpoints as a LoRA of the first, by singular values, as sd-scripts'
/// <c>extract_lora_from_models</c> makes it. Both are read layer by layer, so that models of any size need the memory of a
/// few layers.
/// </summary>
public static class ModelDifference
{
    /// <summary>Writes the LoRA. Layers that are equal in both are left out.</summary>
    /// <param name="original">The model that the LoRA will be used with: a file, or a folder in diffusers' layout.</param>
    /// <param name="tuned">What it became.</param>
    /// <param name="ranks">Without a <see cref="RankChoice.ConvDim"/> resnets are left out, as by sd-scripts.</param>
    /// <param name="path">Replaced as a whole, or not at all.</param>
    /// <param name="precision">Float32, Float16 or BFloat16.</param>
    /// <param name="progress">Hears how many layers are done, of how many.</param>
    /// <param name="cancel">Honoured between layers.</param>
    /// <exception cref="InvalidDataException">The models have other layers, all listed, or there is no difference.</exception>
    public static LoraFileReport Write(
        string original, string tuned, RankChoice ranks, string path, ScalarType precision, Action<int, int>? progress = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(ranks);
        using var before = ModelWeights.Open(original);
        using var after = ModelWeights.Open(tuned);
        var targets = Targets(before, ranks.ConvDim is not null);
        Check(targets, Targets(after, ranks.ConvDim is not null), before.Path, after.Path);
        using var inference = no_grad();
        using var draft = new LoraDraft(precision);
        for (var i = 0; i < targets.Count; i++)
        {
            cancel.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var change = after.Read(targets[i].Path + ".weight", ScalarType.Float32).sub_(before.Read(targets[i].Path + ".weight", ScalarType.Float32));
            if (!change.sum().isfinite().item<bool>())
                throw new InvalidDataException($"Layer {targets[i].Path} of {original} or {tuned} holds values that are no numbers.");
            if (change.any().item<bool>())
                Add(draft, targets[i].Name, change, ranks);
            progress?.Invoke(i + 1, targets.Count);
        }
        return draft.Count > 0
            ? draft.Write(path, DerivedMetadata.OfDifference(original, tuned, draft, Path.GetFileNameWithoutExtension(path)))
            : throw new InvalidDataException($"{tuned} differs from {original} in no layer that a LoRA can change{(ranks.ConvDim is null ? "; with --conv-rank its convolutions are compared too" : "")}.");
    }

    private static void Add(LoraDraft draft, string name, Tensor change, RankChoice ranks)
    {
        var exact = change.flatten(1).to(ScalarType.Float64);
        var norm = exact.norm().item<double>();
        draft.Add(Reduced(name, change, exact, ranks), stored => (exact.sub(stored.Up.mm(stored.Down)).norm().item<double>(), norm));
    }

    private static LayerChange Reduced(string name, Tensor change, Tensor exact, RankChoice ranks)
    {
        var isSpatial = change.shape is [_, _, not 1, _] or [_, _, _, not 1];
        if (ranks.ClampQuantile is { } quantile)
            return LowRankApproximation.Clamped(name, change, ranks.RankFor(isSpatial, new double[exact.shape.Min()]), quantile);
        var values = SingularValues.OfDense(exact);
        return values.Truncated(name, change.shape, ranks.RankFor(isSpatial, values.Values.data<double>().ToArray()));
    }

    private static List<LoraTarget> Targets(ModelWeights model, bool convolutions) =>
    [
        .. LoraTargets.OfTextEncoder(model.TextEncoder1, "lora_te1", usesLastLayer: false),
        .. LoraTargets.OfTextEncoder(model.TextEncoder2, "lora_te2", usesLastLayer: true),
        .. LoraTargets.OfUNet(model.UNet, convolutions),
    ];

    private static void Check(List<LoraTarget> before, List<LoraTarget> after, string original, string tuned)
    {
        var (first, second) = (Shapes(before), Shapes(after));
        var problems = first.Keys.Union(second.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .Where(name => first.GetValueOrDefault(name) != second.GetValueOrDefault(name))
            .Select(name => $"{name}: {first.GetValueOrDefault(name) ?? "missing"} and {second.GetValueOrDefault(name) ?? "missing"}")
            .ToList();
        if (problems.Count > 0)
            throw new InvalidDataException($"Only models of the same sizes have a difference; {original} and {tuned} differ in {problems.Count} layers:\n  {string.Join("\n  ", problems)}");
    }

    private static Dictionary<string, string> Shapes(List<LoraTarget> targets) =>
        targets.ToDictionary(target => target.Name, target => $"[{string.Join(", ", target.Weight.shape)}]", StringComparer.Ordinal);
}
