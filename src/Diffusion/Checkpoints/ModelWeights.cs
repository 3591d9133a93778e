using Slipway.Diffusion.Files;
using static TorchSharp.torch;

namespace Slipway.Diffusion.Checkpoints;

/// <summary>
/// The weights of a model's text encoders and UNet, read one at a time from a checkpoint of either layout: the networks
/// are there without memory, to tell names and shapes.
/// </summary>
public sealed class ModelWeights : IDisposable
{
    private readonly Dictionary<string, ModelPart> _parts;

    internal ModelWeights(string path, IReadOnlyList<ModelPart> parts)
    {
        Path = path;
        _parts = parts.ToDictionary(part => part.Weights.What, StringComparer.Ordinal);
        List<string> problems = [.. parts.SelectMany(part => part.Weights.Problems(part.Source))];
        WeightAssignment.ThrowIfAny(problems, path, "an SDXL model");
    }

    /// <summary>Path of the folder or file.</summary>
    public string Path { get; }

    /// <summary>The first text encoder, without memory.</summary>
    public nn.Module TextEncoder1 => _parts["text_encoder"].Module;

    /// <summary>The second text encoder, without memory.</summary>
    public nn.Module TextEncoder2 => _parts["text_encoder_2"].Module;

    /// <summary>The UNet, without memory.</summary>
    public nn.Module UNet => _parts["unet"].Module;

    /// <summary>The files that hold them, by part: three, or one that holds all.</summary>
    public IEnumerable<(string Part, ITensorSource Source)> Sources => _parts.Select(part => (part.Key, part.Value.Source)).DistinctBy(part => part.Source);

    /// <summary>Opens a checkpoint. Neither tokenizers nor the autoencoder need be there.</summary>
    /// <param name="path">A safetensors file, or a folder in diffusers' layout.</param>
    /// <exception cref="FileNotFoundException">There is no such model, or a part of it is missing.</exception>
    /// <exception cref="InvalidDataException">It is no SDXL model: missing and mis-shaped tensors, all listed.</exception>
    public static ModelWeights Open(string path) => File.Exists(path) ? new SingleFileLayout(path).OpenWeights() : new DiffusersLayout(path).OpenWeights();

    /// <summary>Reads the tensor of a module.</summary>
    /// <param name="path">The part and the module's path within it, with the tensor's name: <c>unet.conv_in.weight</c>.</param>
    /// <param name="type">The element type to give it.</param>
    public Tensor Read(string path, ScalarType type)
    {
        var (part, key) = Split(path);
        return part.Locate(key).Read(part.Source, type);
    }

    /// <summary>Which tensor of which file holds the tensor of a module.</summary>
    public (ITensorSource Source, string Name) Find(string path)
    {
        var (part, key) = Split(path);
        return (part.Source, part.Locate(key).Name);
    }

    /// <summary>Adds a change of a module's tensor to the tensor of the file that holds it, in place.</summary>
    /// <param name="path">As for <see cref="Read"/>.</param>
    /// <param name="stored">The tensor that <see cref="Find"/> names, as it was read from the file.</param>
    /// <param name="change">In the module's shape.</param>
    public void Add(string path, Tensor stored, Tensor change)
    {
        var (part, key) = Split(path);
        part.Locate(key).Add(stored, change);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (_, source) in Sources.ToList())
            source.Dispose();
        foreach (var part in _parts.Values)
            part.Module.Dispose();
    }

    private (ModelPart Part, string Key) Split(string path)
    {
        var dot = path.IndexOf('.', StringComparison.Ordinal);
        return (_parts[path[..dot]], path[(dot + 1)..]);
    }
}
