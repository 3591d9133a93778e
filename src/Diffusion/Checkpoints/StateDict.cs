using Slipway.Diffusion.Files;
using Slipway.Diffusion.Modules;
using static TorchSharp.torch;

namespace Slipway.Diffusion.Checkpoints;

/// <summary>A module's parameters and buffers, from and to safetensors files, by name.</summary>
public static class StateDict
{
    /// <summary>
    /// Reads the source's tensors into the module, one at a time, in the module's element types. Parameters that have
    /// memory are filled in place; those without (<see cref="WeightSlots"/>) take the tensor read as their own, so
    /// that the memory needed is the module's and one tensor more. Nothing is touched unless every name and shape fits.
    /// </summary>
    /// <param name="module">The module to fill.</param>
    /// <param name="source">The weights, and nothing but those of this module.</param>
    /// <param name="what">What is being loaded, for the message ("unet").</param>
    /// <param name="locate">Says where the tensor of a state-dict key lies. Default: under the same name.</param>
    /// <param name="ignore">Names that may be there and the module need not. <c>…position_ids</c>, a constant that old exporters wrote, is always one.</param>
    /// <param name="device">Where parameters without memory get theirs; default: the CPU.</param>
    /// <exception cref="InvalidDataException">Tensors are missing, unknown or of another shape: all of them, a line each.</exception>
    public static void Load(
        nn.Module module,
        ITensorSource source,
        string what,
        Func<string, TensorLocation>? locate = null,
        IReadOnlyCollection<string>? ignore = null,
        Device? device = null)
    {
        var weights = new WeightAssignment(module, what, locate ?? (key => new TensorLocation(key)));
        WeightAssignment.ThrowIfAny(weights.AllProblems(source, ignore ?? []), source.Path, what);
        weights.Fill(source, device ?? CPU);
    }

    /// <summary>Writes the module's parameters and buffers, converted to <paramref name="type"/> if given (floating-point ones only).</summary>
    public static void Save(nn.Module module, string path, IReadOnlyDictionary<string, string>? metadata = null, ScalarType? type = null)
    {
        using var scope = NewDisposeScope();
        var tensors = module.state_dict().Select(entry => KeyValuePair.Create(
            entry.Key, type is { } to && entry.Value.is_floating_point() ? entry.Value.detach().to(to) : entry.Value));
        SafetensorsWriter.Write(path, tensors.ToList(), metadata);
    }
}
