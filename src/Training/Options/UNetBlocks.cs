using System.Globalization;

namespace Slipway.Training.Options;

/// <summary>
/// sd-scripts' count of the blocks of SDXL's UNet: 0 the embeddings of time and label, 1 to 9 <c>input_blocks</c> 0 to 8,
/// 10 to 12 <c>middle_block</c> 0 to 2, 13 to 21 <c>output_blocks</c> 0 to 8, 22 <c>out</c>. A smaller model has fewer of them.
/// </summary>
internal static class UNetBlocks
{
    public const int DownCount = 9;
    public const int MiddleCount = 3;
    public const int UpCount = 9;
    public const int Count = 1 + DownCount + MiddleCount + UpCount + 1;

    private static readonly (string Prefix, int First)[] Numbered =
        [("lora_unet_input_blocks_", 1), ("lora_unet_middle_block_", 1 + DownCount), ("lora_unet_output_blocks_", 1 + DownCount + MiddleCount)];

    /// <summary>The block of a layer of the UNet.</summary>
    /// <param name="name">sd-scripts' name of the layer, <c>lora_unet_…</c>.</param>
    public static int OfLayer(string name)
    {
        foreach (var (prefix, first) in Numbered)
            if (name.StartsWith(prefix, StringComparison.Ordinal))
                return first + int.Parse(name[prefix.Length..].Split('_')[0], CultureInfo.InvariantCulture);
        return name.StartsWith("lora_unet_out_", StringComparison.Ordinal) ? Count - 1 : 0;
    }

    /// <summary>The part that a block is in, and its number there.</summary>
    public static (UNetPart Part, int Index) PartOf(int block) => block switch
    {
        0 or Count - 1 => (UNetPart.Ends, 0),
        <= DownCount => (UNetPart.Down, block - 1),
        <= DownCount + MiddleCount => (UNetPart.Middle, block - 1 - DownCount),
        _ => (UNetPart.Up, block - 1 - DownCount - MiddleCount),
    };
}
