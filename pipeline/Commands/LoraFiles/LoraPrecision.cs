using static TorchSharp.torch;

namespace Slipway.Pipeline.Commands.LoraFiles;

/// <summary>The option <c>--save-precision</c>, under sd-scripts' names.</summary>
internal static class LoraPrecision
{
    /// <summary>The option.</summary>
    public const string Option = "save-precision";

    /// <summary>What may be asked for.</summary>
    public static IReadOnlyList<string> Names { get; } = ["float", "fp16", "bf16"];

    /// <summary>The element type; null where none was asked for.</summary>
    public static ScalarType? Parse(string? name) => name switch
    {
        "float" => ScalarType.Float32,
        "fp16" => ScalarType.Float16,
        "bf16" => ScalarType.BFloat16,
        _ => null,
    };
}
