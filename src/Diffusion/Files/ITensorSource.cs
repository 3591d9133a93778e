using static TorchSharp.torch;

namespace Slipway.Diffusion.Files;

/// <summary>Tensors by name, read one at a time: a safetensors file, or several that belong together.</summary>
public interface ITensorSource : IDisposable
{
    /// <summary>Path of the file that error messages name.</summary>
    string Path { get; }

    /// <summary>All tensors by their names.</summary>
    IReadOnlyDictionary<string, TensorEntry> Tensors { get; }

    /// <summary>Reads one tensor to the CPU, converted to <paramref name="to"/> if given.</summary>
    /// <exception cref="InvalidDataException">There is no such tensor, or the file has shrunk since it was opened.</exception>
    Tensor Read(string name, ScalarType? to = null);

    /// <summary>Reads <paramref name="count"/> rows (of the first axis) of a tensor, and nothing else of it, converted to <paramref name="to"/> if given.</summary>
    /// <exception cref="InvalidDataException">There is no such tensor, or the file has shrunk since it was opened.</exception>
    Tensor ReadRows(string name, long first, long count, ScalarType? to = null);
}
