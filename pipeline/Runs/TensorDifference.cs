using System.Globalization;
using Slipway.Diffusion.Files;
using static TorchSharp.torch;

namespace Slipway.Pipeline.Runs;

/// <summary>What differs between two safetensors files that should be the same: which tensors, and how far.</summary>
internal static class TensorDifference
{
    private const int Named = 3;

    /// <summary>A few words, such as <c>2 of 96 tensors: a.weight by up to 1.5E-05, b.weight by up to 3E-06</c>.</summary>
    /// <param name="known">Full path of the one.</param>
    /// <param name="again">Full path of the other.</param>
    public static string Of(string known, string again)
    {
        using var before = SafetensorsFile.Open(known);
        using var after = SafetensorsFile.Open(again);
        var names = before.Tensors.Keys.Union(after.Tensors.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        var different = names.Select(name => (Name: name, Far: Distance(name, before, after))).Where(tensor => tensor.Far is not 0).OrderByDescending(tensor => tensor.Far ?? double.PositiveInfinity).ToList();
        var metadata = before.Metadata.Keys.Union(after.Metadata.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .Where(key => before.Metadata.GetValueOrDefault(key) != after.Metadata.GetValueOrDefault(key)).ToList();
        List<string> parts = [];
        if (different.Count > 0)
            parts.Add($"{different.Count} of {names.Count} tensors: {string.Join(", ", different.Take(Named).Select(tensor => tensor.Far is { } far ? string.Create(CultureInfo.InvariantCulture, $"{tensor.Name} by up to {far:G3}") : $"{tensor.Name} of another shape or type"))}{(different.Count > Named ? ", …" : "")}");
        if (metadata.Count > 0)
            parts.Add($"metadata: {string.Join(", ", metadata)}");
        return parts.Count > 0 ? string.Join("; ", parts) : "the order of its parts";
    }

    /// <summary>The largest difference of two values at the same place; null where the tensors cannot be compared.</summary>
    private static double? Distance(string name, SafetensorsFile before, SafetensorsFile after)
    {
        if (!before.Tensors.TryGetValue(name, out var one) || !after.Tensors.TryGetValue(name, out var other) || one.Type != other.Type || !one.Shape.SequenceEqual(other.Shape))
            return null;
        using var scope = NewDisposeScope();
        var (a, b) = (before.Read(name, ScalarType.Float64), after.Read(name, ScalarType.Float64));
        return a.numel() == 0 || a.equal(b).all().item<bool>() ? 0 : (a - b).abs().max().item<double>();
    }
}
