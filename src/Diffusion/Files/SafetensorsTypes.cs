using static TorchSharp.torch;

namespace Slipway.Diffusion.Files;

/// <summary>The element types of the safetensors format that torch has as well.</summary>
internal static class SafetensorsTypes
{
    /// <summary>In the order in which the format's reference writer (the Rust crate) lays tensors out: largest elements first.</summary>
    private static readonly (string Name, ScalarType Type, int Size)[] All =
    [
        ("I64", ScalarType.Int64, 8),
        ("F64", ScalarType.Float64, 8),
        ("F32", ScalarType.Float32, 4),
        ("I32", ScalarType.Int32, 4),
        ("BF16", ScalarType.BFloat16, 2),
        ("F16", ScalarType.Float16, 2),
        ("I16", ScalarType.Int16, 2),
        ("I8", ScalarType.Int8, 1),
        ("U8", ScalarType.Byte, 1),
        ("BOOL", ScalarType.Bool, 1),
    ];

    public static string Names => string.Join(", ", All.Select(type => type.Name));

    public static ScalarType? Find(string name) => Array.FindIndex(All, type => type.Name == name) is >= 0 and var index ? All[index].Type : null;

    /// <summary>The type's place in a file: lower ranks come first.</summary>
    /// <exception cref="ArgumentException">The format has no such type.</exception>
    public static int Rank(ScalarType type) =>
        Array.FindIndex(All, candidate => candidate.Type == type) is >= 0 and var index
            ? index
            : throw new ArgumentException($"Safetensors cannot hold {type} tensors. Expected one of {Names}.", nameof(type));

    public static string Name(ScalarType type) => All[Rank(type)].Name;

    public static int Size(ScalarType type) => All[Rank(type)].Size;
}
