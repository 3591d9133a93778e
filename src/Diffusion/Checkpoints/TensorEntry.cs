using static TorchSharp.torch;

namespace Slipway.Diffusion;

/// <summary>
/// What a safetensors header says of one tensor. <paramref name="Offset"/> (from the end of the header) and
/// <paramref name="Length"/> are in bytes; a scalar has an empty shape.
/// </summary>
public sealed record TensorEntry(string Name, ScalarType Type, IReadOnlyList<long> Shape, long Offset, long Length);
