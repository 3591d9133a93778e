using static TorchSharp.torch;

namespace Slipway.Training.LoraFiles;

/// <summary>
/// A LoRA file that is being made, layer by layer: its own tensors are all that is kept, in the precision of the file. What is
/// lost by rank, cut and precision is measured against what was asked for.
/// </summary>
internal sealed class LoraDraft(ScalarType precision) : IDisposable
{
    private readonly List<KeyValuePair<string, Tensor>> _tensors = [];
    private readonly List<(string Layer, double Error, double Norm)> _errors = [];
    private readonly List<(int Rank, bool IsSpatial)> _ranks = [];

    /// <summary>Rank of the linear layers; null where they have several or there is none.</summary>
    public int? Dim => Single(isSpatial: false);

    /// <summary>Rank of the 3×3 convolutions; null where they have several or there is none.</summary>
    public int? ConvDim => Single(isSpatial: true);

    /// <summary>Whether there are 3×3 convolutions.</summary>
    public bool HasConvolutions => _ranks.Exists(layer => layer.IsSpatial);

    /// <summary>Takes a layer; its alpha is its rank.</summary>
    /// <param name="stored">What the file will say of it.</param>
    /// <param name="asked">Its error against what was asked for, and the norm of that, of the values that are stored.</param>
    public void Add(LayerChange stored, Func<LayerChange, (double Error, double Norm)> asked)
    {
        using var scope = NewDisposeScope();
        var (rank, isConvolution) = (stored.Rank, stored.Shape.Length == 4);
        var (up, down) = (stored.Up.to(precision).contiguous(), stored.Down.to(precision).contiguous());
        var (error, norm) = asked(stored with { Up = up.to(ScalarType.Float64), Down = down.to(ScalarType.Float64) });
        if (!double.IsFinite(error))
            throw new InvalidDataException($"Layer {stored.Name} holds values that {precision} cannot hold; save in another precision (--save-precision=float or bf16).");
        _errors.Add((stored.Name, error, norm));
        _ranks.Add((rank, stored.IsSpatial));
        Keep(stored.Name + ".alpha", tensor((double)rank).to(precision));
        Keep(stored.Name + ".lora_down.weight", down.reshape([rank, .. stored.Shape[1..]]));
        Keep(stored.Name + ".lora_up.weight", isConvolution ? up.reshape(stored.Shape[0], rank, 1, 1) : up);
    }

    /// <summary>Writes the file, as a whole or not at all.</summary>
    public LoraFileReport Write(string path, IReadOnlyDictionary<string, string> metadata)
    {
        LoraFile.Write(path, _tensors, metadata);
        return new LoraFileReport(_errors.Count, _ranks.Min(layer => layer.Rank), _ranks.Max(layer => layer.Rank), Error);
    }

    /// <summary>The error of the layers taken so far.</summary>
    public ApproximationError Error => ApproximationError.FromLayers(_errors);

    /// <summary>Number of layers taken so far.</summary>
    public int Count => _errors.Count;

    public void Dispose()
    {
        foreach (var (_, tensor) in _tensors)
            tensor.Dispose();
    }

    private void Keep(string name, Tensor tensor) => _tensors.Add(new(name, tensor.DetachFromDisposeScope()));

    private int? Single(bool isSpatial) =>
        _ranks.Where(layer => layer.IsSpatial == isSpatial).Select(layer => layer.Rank).Distinct().ToList() is [var only] ? only : null;
}
