using Slipway.Diffusion.Files;
using Slipway.Diffusion.Model;
using static TorchSharp.torch;

namespace Slipway.Diffusion.Checkpoints;

/// <summary>The weights of a model in the checkpoint that filled it.</summary>
/// <param name="parts">The model's parts, under their names in diffusers' layout.</param>
internal sealed class StoredWeights(IReadOnlyList<ModelPart> parts) : IStoredWeights
{
    private readonly Dictionary<string, ModelPart> _parts = parts.ToDictionary(part => part.Weights.What, StringComparer.Ordinal);

    /// <inheritdoc/>
    public IDictionary<string, Action?> Changed { get; } = new Dictionary<string, Action?>(StringComparer.Ordinal);

    /// <inheritdoc/>
    public Tensor Read(string path, ScalarType type)
    {
        var dot = path.IndexOf('.', StringComparison.Ordinal);
        var part = _parts[path[..dot]];
        return part.Locate(path[(dot + 1)..]).Read(part.Source, type);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var source in _parts.Values.Select(part => part.Source).Distinct<ITensorSource>(ReferenceEqualityComparer.Instance))
            source.Dispose();
    }
}
