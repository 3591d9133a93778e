using Slipway.Diffusion.Files;

namespace Slipway.Fuzzing.Formats;

/// <summary>Weights.</summary>
internal static class Models
{
    public static IEnumerable<Format> Formats { get; } = [new("safetensors", Read)];

    private static void Read(byte[] input)
    {
        using var file = SafetensorsFile.Open(ScratchFile.Write("model.safetensors", input));
        foreach (var (name, tensor) in file.Tensors)
        {
            if (tensor.Offset < 0 || tensor.Length < 0 || tensor.Length > input.Length || tensor.Offset > input.Length - tensor.Length)
                throw new ContradictionException($"Tensor '{name}' lies outside of the file.");
            if (tensor.Shape.Any(size => size < 0))
                throw new ContradictionException($"Tensor '{name}' has a negative size.");
        }
    }
}
