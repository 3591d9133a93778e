using Slipway.Engine.Options;

namespace Slipway.Training.Options;

/// <summary>
/// Ranks, alphas and learning rates by blocks of SDXL's UNet, under the names of sd-scripts' <c>network_args</c>. Lists of 23 go by
/// <see cref="UNetBlocks"/>: embeddings, input blocks 0 to 8, middle blocks 0 to 2, output blocks 0 to 8, output. A block of rank 0
/// or rate 0 gets no branches. Text encoders are not concerned.
/// </summary>
public sealed record BlockOptions
{
    /// <summary>Its options, all of <c>network_args</c>.</summary>
    public static OptionTable<BlockOptions> Declared { get; } = new(option =>
    [
        .. new[]
        {
            option.Wholes("block_dims", o => o.BlockDims, (o, v) => o with { BlockDims = v }, UNetBlocks.Count, 0, LoraOptions.LargestRank) with { Says = "Ranks beside linear layers and 1×1 convolutions by block of the UNet: embeddings, input 0 to 8, middle 0 to 2, output 0 to 8, out; 0: none." },
            option.Numbers("block_alphas", o => o.BlockAlphas, (o, v) => o with { BlockAlphas = v }, UNetBlocks.Count, 0) with { Says = "Alphas of `block_dims`." },
            option.Wholes("conv_block_dims", o => o.ConvBlockDims, (o, v) => o with { ConvBlockDims = v }, UNetBlocks.Count, 0, LoraOptions.LargestRank) with { Says = "Ranks beside 3×3 convolutions by block." },
            option.Numbers("conv_block_alphas", o => o.ConvBlockAlphas, (o, v) => o with { ConvBlockAlphas = v }, UNetBlocks.Count, 0) with { Says = "Alphas of `conv_block_dims`." },
            option.Of("down_lr_weight", Weights(UNetBlocks.DownCount), o => o.DownLrWeight, (o, v) => o with { DownLrWeight = v }) with { Says = "What `unet_lr` is multiplied with in the nine input blocks." },
            option.Numbers("mid_lr_weight", o => o.MidLrWeight, (o, v) => o with { MidLrWeight = v }, UNetBlocks.MiddleCount, 0) with { Says = "What it is multiplied with in the three middle blocks." },
            option.Of("up_lr_weight", Weights(UNetBlocks.UpCount), o => o.UpLrWeight, (o, v) => o with { UpLrWeight = v }) with { Says = "What it is multiplied with in the nine output blocks." },
            option.Number("block_lr_zero_threshold", o => o.BlockLrZeroThreshold, (o, v) => o with { BlockLrZeroThreshold = v }, 0) with { Says = "Weights that are not above it count as 0." },
        }.Select(argument => argument with { Counterpart = Counterpart.NetworkArgument }),
    ]);

    /// <summary>Ranks beside linear layers and 1×1 convolutions, 23; null: <see cref="LoraOptions.NetworkDim"/>.</summary>
    public IReadOnlyList<int>? BlockDims { get; init; }

    /// <summary>23; null: <see cref="LoraOptions.NetworkAlpha"/>.</summary>
    public IReadOnlyList<double>? BlockAlphas { get; init; }

    /// <summary>Ranks beside 3×3 convolutions, 23; null: <see cref="LoraOptions.ConvDim"/>.</summary>
    public IReadOnlyList<int>? ConvBlockDims { get; init; }

    /// <summary>23; null: <see cref="LoraOptions.ConvAlpha"/>.</summary>
    public IReadOnlyList<double>? ConvBlockAlphas { get; init; }

    /// <summary>What <c>unet_lr</c> is multiplied with in the input blocks, 9; null: 1.</summary>
    public IReadOnlyList<double>? DownLrWeight { get; init; }

    /// <summary>In the middle blocks, 3; null: 1.</summary>
    public IReadOnlyList<double>? MidLrWeight { get; init; }

    /// <summary>In the output blocks, 9; null: 1.</summary>
    public IReadOnlyList<double>? UpLrWeight { get; init; }

    /// <summary>Weights that are not above it count as 0.</summary>
    public double BlockLrZeroThreshold { get; init; }

    /// <summary>What the rate of a block is multiplied with.</summary>
    /// <param name="block">Of <see cref="UNetBlocks"/>.</param>
    internal double LrMultiplier(int block)
    {
        var weight = UNetBlocks.PartOf(block) switch
        {
            (UNetPart.Down, var index) => DownLrWeight?[index] ?? 1,
            (UNetPart.Middle, var index) => MidLrWeight?[index] ?? 1,
            (UNetPart.Up, var index) => UpLrWeight?[index] ?? 1,
            _ => 1,
        };
        return weight > BlockLrZeroThreshold ? weight : 0;
    }

    private static Numbers<double> Weights(int count) => new(count, new Number(0)) { Shorthand = new(LrRamp.Expected, LrRamp.IsOne, text => LrRamp.Parse(text, count)) };
}
