using Slipway.Diffusion.Files;
using Slipway.Diffusion.Modules;
using static TorchSharp.torch;

namespace Slipway.Diffusion.Checkpoints;

/// <summary>Which tensors of a checkpoint fill a module, and whether they fit.</summary>
internal sealed class WeightAssignment
{
    /// <summary>0, 1, 2, …: a constant that old exporters wrote with text encoders.</summary>
    private const string PositionIds = "position_ids";

    private readonly SortedDictionary<string, (Tensor Target, TensorLocation Location)> _tensors = new(StringComparer.Ordinal);
    private readonly nn.Module _module;

    /// <param name="module">The module to fill: all of its parameters and buffers.</param>
    /// <param name="what">What it is, for the message ("unet").</param>
    /// <param name="locate">Says where the tensor of a state-dict key lies.</param>
    public WeightAssignment(nn.Module module, string what, Func<string, TensorLocation> locate)
    {
        (_module, What) = (module, what);
        foreach (var (key, target) in module.state_dict())
            _tensors.Add(key, (target, locate(key)));
    }

    /// <summary>What the module is, for messages.</summary>
    public string What { get; }

    /// <summary>The names in the checkpoint of all tensors that the module needs.</summary>
    public IEnumerable<string> Names => _tensors.Values.Select(tensor => tensor.Location.Name).Distinct(StringComparer.Ordinal);

    /// <summary>What is missing or of another shape, a line each; a single line where nothing at all is there.</summary>
    public IEnumerable<string> Problems(ITensorSource source)
    {
        var expected = _tensors.Values
            .Select(tensor => (tensor.Location.Name, Shape: tensor.Location.StoredShape(tensor.Target.shape)))
            .DistinctBy(tensor => tensor.Name).OrderBy(tensor => tensor.Name, StringComparer.Ordinal).ToList();
        if (expected.Count > 1 && !expected.Exists(tensor => source.Tensors.ContainsKey(tensor.Name)))
            return [$"missing: all {expected.Count} tensors of {What}, such as {expected[0].Name} {Text(expected[0].Shape)}"];
        return expected.Select(tensor => Problem(source, tensor.Name, tensor.Shape)).OfType<string>();
    }

    /// <summary>The same, and what the source has beyond the module's tensors and those to ignore.</summary>
    public IReadOnlyList<string> AllProblems(ITensorSource source, IReadOnlyCollection<string> ignore)
    {
        var constants = source.Tensors.Keys.Where(name => name.EndsWith(PositionIds, StringComparison.Ordinal));
        return [.. Problems(source), .. Unknown(source, [.. Names, .. constants, .. ignore])];
    }

    /// <summary>
    /// Reads the tensors, one at a time, in the module's element types: into its own memory, or where it has none,
    /// taken over on <paramref name="device"/>.
    /// </summary>
    public void Fill(ITensorSource source, Device device)
    {
        using var noGradient = no_grad();
        var slots = new WeightSlots(_module);
        foreach (var (key, (target, location)) in _tensors)
        {
            if (target.is_meta)
                slots.Fill(key, location.Read(source, target.dtype), device);
            else
                Copy(location, source, target);
        }
    }

    /// <summary>Tensors that nothing asks for, a line each.</summary>
    public static IEnumerable<string> Unknown(ITensorSource source, IEnumerable<string> known)
    {
        var names = known.ToHashSet(StringComparer.Ordinal);
        return source.Tensors.Values
            .Where(entry => !names.Contains(entry.Name)).OrderBy(entry => entry.Name, StringComparer.Ordinal)
            .Select(entry => $"unknown: {entry.Name} {Text(entry.Shape)}");
    }

    /// <summary>All problems of a file, a line each; null where there is none.</summary>
    public static string? Message(IReadOnlyCollection<string> problems, string path, string what) =>
        problems.Count == 0 ? null : $"{path} does not fit {what}, {problems.Count} tensors:\n  {string.Join("\n  ", problems)}";

    /// <exception cref="InvalidDataException">There are problems.</exception>
    public static void ThrowIfAny(IReadOnlyCollection<string> problems, string path, string what)
    {
        if (Message(problems, path, what) is { } message)
            throw new InvalidDataException(message);
    }

    private static void Copy(TensorLocation location, ITensorSource source, Tensor target)
    {
        using var tensor = location.Read(source, target.dtype);
        target.copy_(tensor);
    }

    private static string? Problem(ITensorSource source, string name, IReadOnlyList<long> shape) =>
        !source.Tensors.TryGetValue(name, out var entry) ? $"missing: {name} {Text(shape)}"
            : !entry.Shape.SequenceEqual(shape) ? $"shape: {name} is {Text(entry.Shape)}, expected {Text(shape)}"
            : null;

    private static string Text(IEnumerable<long> shape) => $"[{string.Join(", ", shape)}]";
}
