using Slipway.Training.Networks.Adapters;
using Slipway.Training.Options;

namespace Slipway.Training.Networks;

/// <summary>What the options of a network make of one layer.</summary>
/// <param name="Rank">The branch's rank; 0: the layer gets none.</param>
/// <param name="Alpha">0 means the rank.</param>
/// <param name="LrMultiplier">Its learning rate is so many times that of its part of the model.</param>
internal sealed record BranchShape(int Rank, double Alpha, double LrMultiplier)
{
    /// <summary>The shape for a layer.</summary>
    public static BranchShape For(LoraTarget target, LoraOptions options)
    {
        if (target.Group != LoraGroup.UNet)
            return new(options.NetworkDim, options.NetworkAlpha, 1);
        var (block, blocks) = (UNetBlocks.OfLayer(target.Name), options.Blocks);
        var (rank, alpha) = target.IsSpatial
            ? (blocks.ConvBlockDims?[block] ?? options.ConvDim ?? 0, blocks.ConvBlockAlphas?[block] ?? options.ConvAlpha)
            : (blocks.BlockDims?[block] ?? options.NetworkDim, blocks.BlockAlphas?[block] ?? options.NetworkAlpha);
        var multiplier = blocks.LrMultiplier(block);
        return new(multiplier == 0 ? 0 : rank, alpha, multiplier);
    }
}
