using static TorchSharp.torch;

namespace Slipway.Training.Networks.Adapters;

/// <summary>The tensors that one branch is made of, of a file or freshly drawn, by the ends of their keys; they stay the caller's.</summary>
/// <param name="layer">Named in errors.</param>
/// <param name="values">By names such as <c>lora_down.weight</c>.</param>
internal sealed class AdapterTensors(string layer, IReadOnlyDictionary<string, Tensor> values)
{
    public Tensor? Find(string name) => values.GetValueOrDefault(name);

    public bool Has(string name) => values.ContainsKey(name);

    /// <summary>Whether there are tensors of a kind, by the start of their names.</summary>
    public bool HasAny(string kind) => values.Keys.Any(name => name.StartsWith(kind, StringComparison.Ordinal));

    /// <summary>Requires tensors to be there, and no others but those named.</summary>
    /// <exception cref="ArgumentException">Some are missing, or are of another kind of adapter: all are listed.</exception>
    public void Require(IReadOnlyList<string> needed, params IReadOnlyList<string> allowed)
    {
        var problems = needed.Where(name => !Has(name)).Select(name => $"{layer}.{name}: missing")
            .Concat(values.Keys.Except([.. needed, .. allowed], StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(name => $"{layer}.{name}: does not go with {needed[0]}"))
            .ToList();
        if (problems.Count > 0)
            throw new ArgumentException(string.Join("; ", problems), nameof(needed));
    }

    /// <summary>A tensor as a parameter of the shape that is expected, on a device.</summary>
    /// <exception cref="ArgumentException">It has another shape.</exception>
    public AdapterParameter Parameter(string name, Device device, params long[] shape)
    {
        using var scope = NewDisposeScope();
        var found = values[name];
        if (!Significant(found.shape).SequenceEqual(Significant(shape)) && !IsFlat(found.shape, shape))
            throw new ArgumentException($"{layer}.{name}: expected [{string.Join(", ", shape)}], found [{string.Join(", ", found.shape)}].", nameof(name));
        return new AdapterParameter(name, found.to(ScalarType.Float32, device).reshape(shape), isUp: name == LowRankChange.Up);
    }

    // Some trainers write the weights of linear layers and 1×1 convolutions with or without two sides of length 1.
    private static IEnumerable<long> Significant(long[] shape) => shape.Length == 4 && shape[2] == 1 && shape[3] == 1 ? shape[..2] : shape;

    // LyCORIS has written LoKr's second matrix both with a kernel and with it laid flat.
    private static bool IsFlat(long[] found, long[] expected) =>
        (found.Length, expected.Length) is (2, 4) or (4, 2) && found[0] == expected[0] && Size(found) == Size(expected);

    private static long Size(long[] shape) => shape.Aggregate(1L, (a, b) => a * b);
}
