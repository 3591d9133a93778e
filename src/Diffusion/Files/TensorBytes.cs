using static TorchSharp.torch;

namespace Slipway.Diffusion.Files;

/// <summary>The memory of a contiguous CPU tensor, in spans short enough for .NET (a tensor may exceed 2 GiB).</summary>
internal static class TensorBytes
{
    private const long ElementsPerSpan = 1 << 26;

    public delegate void SpanAction(Span<byte> bytes);

    /// <summary>Calls <paramref name="action"/> with the tensor's bytes, front to back.</summary>
    public static void ForEachSpan(Tensor tensor, SpanAction action)
    {
        using var flat = tensor.view(-1);
        for (long start = 0; start < flat.numel(); start += ElementsPerSpan)
        {
            using var part = flat.narrow(0, start, Math.Min(ElementsPerSpan, flat.numel() - start));
            action(part.bytes);
        }
    }
}
