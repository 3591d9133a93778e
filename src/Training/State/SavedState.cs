using static TorchSharp.torch;

namespace Slipway.Training.State;

/// <summary>Reads what <see cref="ICheckpointed.State"/> wrote.</summary>
public static class SavedState
{
    /// <exception cref="InvalidDataException">It is missing.</exception>
    public static Tensor Tensor(this IReadOnlyDictionary<string, Tensor> state, string name)
    {
        ArgumentNullException.ThrowIfNull(state);
        return state.TryGetValue(name, out var tensor) ? tensor : throw new InvalidDataException($"tensor {name} is missing");
    }

    /// <summary>Copies a tensor into one that is there.</summary>
    /// <exception cref="InvalidDataException">It is missing, or has another shape.</exception>
    public static void Fill(this IReadOnlyDictionary<string, Tensor> state, string name, Tensor target)
    {
        ArgumentNullException.ThrowIfNull(target);
        var values = state.Tensor(name);
        if (!values.shape.AsSpan().SequenceEqual(target.shape))
            throw new InvalidDataException($"tensor {name}: expected [{string.Join(", ", target.shape)}], found [{string.Join(", ", values.shape)}]");
        using var inference = no_grad();
        target.copy_(values);
    }

    /// <summary>Reads numbers that were saved as a tensor in float64.</summary>
    /// <exception cref="InvalidDataException">They are missing.</exception>
    public static double[] Numbers(this IReadOnlyDictionary<string, Tensor> state, string name) => Numbers(state.Tensor(name));

    /// <summary>The numbers of a tensor in float64. Of an empty one TorchSharp gives none, and throws.</summary>
    internal static double[] Numbers(Tensor values) => values.numel() == 0 ? [] : values.data<double>().ToArray();
}
