using static TorchSharp.torch;

namespace Slipway.Diffusion;

/// <summary>A module's parameters and buffers, from and to safetensors files, by name.</summary>
public static class StateDict
{
    /// <summary>
    /// Reads the file's tensors into the module, one at a time, in the module's element types. Parameters that have
    /// memory are filled in place; those without (<see cref="WeightSlots"/>) take the tensor read as their own, so
    /// that the memory needed is the module's and one tensor more. Nothing is touched unless every name and shape fits.
    /// </summary>
    /// <param name="module">The module to fill.</param>
    /// <param name="file">The weights.</param>
    /// <param name="what">What is being loaded, for the message ("unet").</param>
    /// <param name="toKey">The module's key for a tensor name of the file, or null where the tensor belongs to something else. Default: the same name.</param>
    /// <param name="ignore">Keys that the file may have and the module need not. <c>…position_ids</c>, a constant that old exporters wrote, is always one.</param>
    /// <param name="device">Where parameters without memory get theirs; default: the CPU.</param>
    /// <exception cref="InvalidDataException">Tensors are missing, unknown or of another shape: all of them, a line each.</exception>
    public static void Load(
        nn.Module module, SafetensorsFile file, string what, Func<string, string?>? toKey = null, IReadOnlyCollection<string>? ignore = null, Device? device = null)
    {
        var targets = module.state_dict();
        var sources = Sources(file, what, toKey);
        var problems = Problems(targets, sources, ignore ?? []).ToList();
        if (problems.Count > 0)
            throw new InvalidDataException($"{file.Path} does not fit {what}, {problems.Count} tensors:\n  {string.Join("\n  ", problems)}");
        using var noGradient = no_grad();
        var slots = new WeightSlots(module);
        foreach (var (key, target) in targets)
        {
            if (target.is_meta)
                slots.Fill(key, file.Read(sources[key].Name, target.dtype), device ?? CPU);
            else
                Copy(file, sources[key].Name, target);
        }
    }

    /// <summary>Writes the module's parameters and buffers, converted to <paramref name="type"/> if given (floating-point ones only).</summary>
    public static void Save(nn.Module module, string path, IReadOnlyDictionary<string, string>? metadata = null, ScalarType? type = null)
    {
        using var scope = NewDisposeScope();
        var tensors = module.state_dict().Select(entry => KeyValuePair.Create(
            entry.Key, type is { } to && entry.Value.is_floating_point() ? entry.Value.detach().to(to) : entry.Value));
        SafetensorsWriter.Write(path, tensors.ToList(), metadata);
    }

    private static void Copy(SafetensorsFile file, string name, Tensor target)
    {
        using var source = file.Read(name);
        target.copy_(source);
    }

    private static Dictionary<string, TensorEntry> Sources(SafetensorsFile file, string what, Func<string, string?>? toKey)
    {
        var sources = new Dictionary<string, TensorEntry>(StringComparer.Ordinal);
        foreach (var entry in file.Tensors.Values)
        {
            var key = toKey is null ? entry.Name : toKey(entry.Name);
            if (key is not null && !sources.TryAdd(key, entry))
                throw new InvalidDataException($"{file.Path}: tensors '{sources[key].Name}' and '{entry.Name}' are both '{key}' of {what}.");
        }

        return sources;
    }

    private static IEnumerable<string> Problems(
        Dictionary<string, Tensor> targets, Dictionary<string, TensorEntry> sources, IReadOnlyCollection<string> ignore)
    {
        foreach (var (key, target) in targets.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (!sources.TryGetValue(key, out var source))
                yield return $"missing: {key} {Text(target.shape)}";
            else if (!source.Shape.SequenceEqual(target.shape))
                yield return $"shape: {key} is {Text(source.Shape)}, expected {Text(target.shape)}";
        }

        var known = ignore.ToHashSet(StringComparer.Ordinal);
        foreach (var (key, source) in sources.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            if (!targets.ContainsKey(key) && !known.Contains(key) && !key.EndsWith("position_ids", StringComparison.Ordinal))
                yield return $"unknown: {source.Name} {Text(source.Shape)}";
    }

    private static string Text(IEnumerable<long> shape) => $"[{string.Join(", ", shape)}]";
}
