using static TorchSharp.torch;

namespace Slipway.Diffusion.Files;

/// <summary>
/// What a safetensors header says of one tensor. <paramref name="Offset"/> (from the end of the header) and
/// <paramref name="Length"/> are in bytes; a scalar has an empty shape; eight-bit
/// floating-point numbers are read as f16.
/// </summary>
public sealed record TensorEntry(string Name, ScalarType Type, IReadOnlyList<long> Shape, long Offset, long Length)
{
    /// <summary>What the file holds where <see cref="Type"/> is what reading gives; null where they are the same.</summary>
    internal Float8? Float8 { get; init; }

    /// <summary>The element type's name in the file.</summary>
    internal string StoredType => Float8?.Name ?? SafetensorsTypes.Name(Type);

    /// <summary>Number of bytes of an element in the file.</summary>
    internal int StoredSize => Float8 is null ? SafetensorsTypes.Size(Type) : 1;
}
