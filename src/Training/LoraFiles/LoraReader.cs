using Slipway.Diffusion.Files;
using Slipway.Diffusion.Modules;
using Slipway.Training.Networks;
using Slipway.Training.Networks.Adapters;
using static TorchSharp.torch;

namespace Slipway.Training.LoraFiles;

/// <summary>
/// A LoRA file of any kind and spelling that is read, for a model that is known by its layers: their branches are made one at a
/// time. The file is checked as a whole when it is opened; what does not fit is collected, and nothing is passed over.
/// </summary>
internal sealed class LoraReader : IDisposable
{
    private readonly LoraTensors _tensors;

    private LoraReader(SafetensorsFile file) => _tensors = new LoraTensors(file);

    /// <summary>sd-scripts' names of its layers.</summary>
    public IReadOnlyCollection<string> Names => _tensors.Names;

    /// <summary>What is left out of the file, a line each.</summary>
    public IEnumerable<string> Remarks => _tensors.Remarks;

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="targets">The model's layers, with memory or without.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">
    /// Keys that are not understood or are none of the model's, missing or mis-shaped tensors: all are listed. Or the adapter's
    /// configuration is no JSON.
    /// </exception>
    public static LoraReader Open(string path, IReadOnlyList<LoraTarget> targets)
    {
        var file = SafetensorsFile.Open(path);
        try
        {
            var reader = new LoraReader(file);
            reader.Check(targets);
            return reader;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>All branches as a network that is not attached, in the order of <paramref name="targets"/>, with the file's metadata.</summary>
    public LoraNetwork ReadNetwork(IEnumerable<LoraTarget> targets) =>
        new(targets.Where(target => Names.Contains(target.Name)).Select(target => Read(target))) { Metadata = _tensors.File.Metadata };

    /// <summary>What the file adds to the weight of a layer, in its shape, float32.</summary>
    /// <param name="target">The layer, with memory or without.</param>
    /// <param name="weight">Its weight, float32: a DoRA's change depends on it.</param>
    /// <param name="strength">What the change is multiplied by.</param>
    /// <exception cref="InvalidDataException">It holds values that are no numbers.</exception>
    public Tensor ReadChange(LoraTarget target, Tensor weight, double strength)
    {
        using var scope = NewDisposeScope();
        using var layer = LayerOutline.Of(target.Weight.shape);
        new WeightSlots(layer).Fill("weight", weight.alias().DetachFromDisposeScope());
        using var module = Read(target with { Layer = layer });
        module.Multiplier = strength;
        var change = module.Delta();
        return change.isfinite().all().item<bool>() ? change.MoveToOuterDisposeScope() : throw _tensors.NotFinite(target.Name);
    }

    /// <inheritdoc/>
    public void Dispose() => _tensors.Dispose();

    private Adapter Read(LoraTarget target)
    {
        using var scope = NewDisposeScope();
        return new Adapter(target, _tensors.Alpha(target.Name), _ => _tensors.ReadAll(target.Name, ScalarType.Float32));
    }

    private void Check(IReadOnlyList<LoraTarget> targets)
    {
        var keys = new LoraKeys(targets);
        var problems = _tensors.Sort(keys.Find).ToList();
        problems.AddRange(ForeignAdapters.Problems(_tensors.Unknown));
        problems.AddRange(targets.Where(target => Names.Contains(target.Name)).SelectMany(Problems));
        if (Names.Count == 0 && problems.Count == 0)
            problems.Add(LoraTensors.Nothing);
        if (problems.Count > 0 && ForeignArchitecture.Of(_tensors.File) is { } reason)
            throw new InvalidDataException(ForeignArchitecture.Sentence(_tensors.File.Path, reason));
        if (problems.Count > 0)
            throw new InvalidDataException($"LoRA file {_tensors.File.Path} does not fit the model: {string.Join("; ", problems)}. Use a LoRA that was trained on this model.");
    }

    /// <summary>Makes the branch without memory, which tells whether all tensors are there and fit.</summary>
    private IEnumerable<string> Problems(LoraTarget target)
    {
        if (_tensors.AlphaProblem(target.Name) is { } problem)
            yield return problem;
        if (BranchProblem(target) is { } other)
            yield return other;
    }

    private string? BranchProblem(LoraTarget target)
    {
        try
        {
            using var scope = NewDisposeScope();
            using var layer = LayerOutline.Of(target.Weight.shape);
            new Adapter(target with { Layer = layer }, 1, _ => _tensors.Outlines(target.Name)).Dispose();
            return null;
        }
        catch (ArgumentException exception)
        {
            return exception.Message;
        }
    }
}
