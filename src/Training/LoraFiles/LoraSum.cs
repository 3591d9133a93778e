using static TorchSharp.torch;

namespace Slipway.Training.LoraFiles;

/// <summary>
/// LoRA files made one: the weighted sum of their changes of the weights, ΔW = Σ strength · alpha/rank · up∘down. sd-scripts'
/// <c>merge_lora</c> adds ups and downs by themselves, and at 0.5 and 0.5 gives each change a quarter of its strength and products
/// of one's up with the other's down besides; only its <c>svd_merge_lora</c> gives this sum.
/// </summary>
public static class LoraSum
{
    /// <summary>Writes the sum; one file with one strength is resized by it.</summary>
    /// <param name="files">LoRAs of one model, each with its strength.</param>
    /// <param name="ranks">To which rank the sum is brought; null: it keeps all ranks beside each other and is exact, but for the precision.</param>
    /// <param name="path">Replaced as a whole, or not at all.</param>
    /// <param name="precision">Float32, Float16 or BFloat16.</param>
    /// <param name="progress">Hears how many layers are done, of how many.</param>
    /// <param name="title">What the file calls itself; null: its name without extension.</param>
    /// <param name="said">Further metadata, which counts more than what follows from the files.</param>
    /// <param name="cancel">Honoured between layers.</param>
    /// <exception cref="InvalidDataException">The files are of different models: all layers that disagree.</exception>
    public static LoraFileReport Write(
        IReadOnlyList<LoraLayers> files, RankChoice? ranks, string path, ScalarType precision, Action<int, int>? progress = null, string? title = null, IReadOnlyDictionary<string, string>? said = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(files);
        Check(files);
        if (ranks is null && files.FirstOrDefault(file => file.DenseKind is not null) is { } dense)
            throw new InvalidDataException($"{dense.Path} is a {dense.DenseKind}, whose changes of the weights have no small rank: say to which the sum is brought (--rank=N); what that loses is stated.");
        using var inference = no_grad();
        using var draft = new LoraDraft(precision);
        var names = files.SelectMany(file => file.Names).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        foreach (var name in names)
        {
            cancel.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var sum = LayerChange.Sum([.. files.Where(file => file.Names.Contains(name)).Select(file => file.Read(name))]);
            if (ranks is null)
                draft.Add(sum, stored => (sum.LessRounded(stored).Norm(), sum.Norm()));
            else
                draft.Add(Reduced(sum, ranks), stored => (sum.Less(stored).Norm(), sum.Norm()));
            progress?.Invoke(draft.Count, names.Count);
        }
        return draft.Write(path, DerivedMetadata.OfSum(files, draft, title ?? Path.GetFileNameWithoutExtension(path), said));
    }

    private static LayerChange Reduced(LayerChange sum, RankChoice ranks)
    {
        var decomposition = sum.Decompose();
        var rank = ranks.RankFor(sum.IsSpatial, decomposition.Values.data<double>().ToArray());
        return ranks.ClampQuantile is { } quantile
            ? LowRankApproximation.Clamped(sum.Name, sum.Dense().to(ScalarType.Float32), rank, quantile)
            : decomposition.Truncated(sum.Name, sum.Shape, rank);
    }

    private static void Check(IReadOnlyList<LoraLayers> files)
    {
        if (files.Count == 0)
            throw new ArgumentException("There is no LoRA to add up.", nameof(files));
        var problems = files.SelectMany(file => file.Names.Select(name => (Name: name, file.Path, Shape: file.ShapeOf(name))))
            .GroupBy(layer => layer.Name, StringComparer.Ordinal)
            .Where(layer => layer.Any(other => !LoraLayers.Significant(other.Shape).SequenceEqual(LoraLayers.Significant(layer.First().Shape))))
            .Select(layer => $"{layer.Key}: {string.Join(", ", layer.Select(other => $"[{string.Join(", ", other.Shape)}] in {Path.GetFileName(other.Path)}"))}")
            .ToList();
        if (problems.Count > 0)
            throw new InvalidDataException($"The LoRAs are of different models, {problems.Count} layers have other sizes:\n  {string.Join("\n  ", problems)}");
    }
}
