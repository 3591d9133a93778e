namespace Slipway.Training.Options;

/// <summary>
/// Ranks, alphas and learning rates by blocks of SDXL's UNet, under the names of sd-scripts' <c>network_args</c>. Lists of 23 go by
/// <see cref="UNetBlocks"/>: embeddings, input blocks 0 to 8, middle blocks 0 to 2, output blocks 0 to 8, output. A block of rank 0
/// or rate 0 gets no branches. Text encoders are not concerned.
/// </summary>
public sealed record BlockOptions
{
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

    internal IEnumerable<string> Problems()
    {
        foreach (var (name, list, count) in new[]
        {
            ("block_dims", BlockDims?.Select(dim => (double)dim), UNetBlocks.Count),
            ("block_alphas", BlockAlphas, UNetBlocks.Count),
            ("conv_block_dims", ConvBlockDims?.Select(dim => (double)dim), UNetBlocks.Count),
            ("conv_block_alphas", ConvBlockAlphas, UNetBlocks.Count),
            ("down_lr_weight", DownLrWeight, UNetBlocks.DownCount),
            ("mid_lr_weight", MidLrWeight, UNetBlocks.MiddleCount),
            ("up_lr_weight", UpLrWeight, UNetBlocks.UpCount),
        })
            if (list?.ToList() is { } values && (values.Count != count || !values.All(value => value >= 0 && double.IsFinite(value)))) yield return $"{name}: give {count} numbers of 0 or more, found {string.Join(", ", values)}.";
        if (!(BlockLrZeroThreshold >= 0)) yield return $"block_lr_zero_threshold: {BlockLrZeroThreshold}; use 0 or more.";
    }
}
