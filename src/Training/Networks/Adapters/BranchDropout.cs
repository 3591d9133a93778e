using Slipway.Training.Options;
using Slipway.Training.Randomness;
using static TorchSharp.torch;

namespace Slipway.Training.Networks.Adapters;

/// <summary>
/// What is left out of one branch. All masks are drawn on the CPU and follow from the seed, the layer's name and the number of the
/// micro-batch alone: a resumed training draws the same. A layer that is computed again for its gradients finds them as they were drawn.
/// </summary>
/// <param name="options">The chances.</param>
/// <param name="seed">The training's seed.</param>
/// <param name="layer">Name of the layer.</param>
internal sealed class BranchDropout(DropoutOptions options, long seed, string layer)
{
    private readonly Dictionary<string, Tensor> _masks = new(StringComparer.Ordinal);

    /// <summary>Number of the micro-batch that is being computed; null: nothing is left out.</summary>
    public long? MicroBatch
    {
        get;
        set
        {
            field = value;
            foreach (var mask in _masks.Values)
                mask.Dispose();
            _masks.Clear();
        }
    }

    /// <summary>Whether this micro-batch goes without the branch.</summary>
    public bool LeavesOutBranch => options.ModuleDropout > 0 && MicroBatch is { } number && new SeedStream(seed, "module_dropout:" + layer, number).NextDouble() < options.ModuleDropout;

    /// <summary>
    /// Leaves single values out, then whole ranks or channels of each sample; what stays is made larger by as much as goes, as in
    /// sd-scripts.
    /// </summary>
    /// <param name="values">[B, …]; disposed of where the result is another tensor.</param>
    /// <param name="channelsLast">Whether ranks or channels are the last side, or the second.</param>
    public Tensor Apply(Tensor values, bool channelsLast)
    {
        if (MicroBatch is not { } number)
            return values;
        var shape = values.shape;
        if (options.NetworkDropout > 0)
            values = Masked(values, "network_dropout:", number, options.NetworkDropout, shape);
        if (options.RankDropout > 0)
            values = Masked(values, "rank_dropout:", number, options.RankDropout, [.. shape.Select((side, i) => i == 0 || i == (channelsLast ? shape.Length - 1 : 1) ? side : 1)]);
        return values;
    }

    private Tensor Masked(Tensor values, string purpose, long number, double chance, long[] shape)
    {
        using (values)
        {
            if (!_masks.TryGetValue(purpose, out var mask) || !mask.shape.AsSpan().SequenceEqual(shape))
            {
                mask?.Dispose();
                _masks[purpose] = mask = Mask(values, purpose, number, chance, shape);
            }
            return values * mask;
        }
    }

    private Tensor Mask(Tensor values, string purpose, long number, double chance, long[] shape)
    {
        using var scope = NewDisposeScope();
        using var inference = no_grad();
        using var generator = new SeedStream(seed, purpose + layer, number).Generator();
        return rand(shape, generator: generator).ge(chance).to(values.dtype).div_(1 - chance).to(values.device, non_blocking: true).DetachFromDisposeScope();
    }
}
