using Slipway.Diffusion.Modules;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Slipway.Diffusion.UNets;

/// <summary>
/// A level of the UNet going down: residual blocks, each followed by a transformer where the level has them,
/// and a downsampling but on the last. Keys are those of <c>DownBlock2D</c> / <c>CrossAttnDownBlock2D</c>.
/// </summary>
public sealed class DownBlock : Module
{
    [ComponentName(Name = "resnets")] private readonly ModuleList<ResnetBlock> _resnets;
    [ComponentName(Name = "attentions")] private readonly ModuleList<Transformer2D>? _attentions;
    [ComponentName(Name = "downsamplers")] private readonly ModuleList<Downsample2D>? _downsamplers;

    /// <param name="sizes">Sizes of the whole UNet.</param>
    /// <param name="level">This level; 0 has the highest resolution.</param>
    public DownBlock(UNetConfiguration sizes, int level)
        : base(nameof(DownBlock))
    {
        var channels = sizes.BlockOutChannels[level];
        var before = sizes.BlockOutChannels[Math.Max(0, level - 1)];
        _resnets = new ModuleList<ResnetBlock>([.. Enumerable.Range(0, sizes.LayersPerBlock).Select(
            i => new ResnetBlock(i == 0 ? before : channels, channels, sizes.TimeEmbedDim, sizes.NormNumGroups, 1e-5))]);
        _attentions = sizes.HasAttention(level)
            ? Attentions(sizes, level, sizes.LayersPerBlock)
            : null;
        _downsamplers = level < sizes.BlockOutChannels.Count - 1
            ? new ModuleList<Downsample2D>(new Downsample2D(channels, asymmetric: false))
            : null;
        RegisterComponents();
    }

    /// <summary>Runs the level and pushes every feature map that the way up needs onto <paramref name="skips"/>.</summary>
    public Tensor Run(Tensor hidden, Tensor activatedTime, Tensor context, Stack<Tensor> skips)
    {
        for (var i = 0; i < _resnets.Count; i++)
        {
            hidden = _resnets[i].call(hidden, activatedTime);
            hidden = _attentions is null ? hidden : _attentions[i].call(hidden, context);
            skips.Push(hidden);
        }

        if (_downsamplers is not null)
        {
            hidden = _downsamplers[0].call(hidden);
            skips.Push(hidden);
        }

        return hidden;
    }

    internal static ModuleList<Transformer2D> Attentions(UNetConfiguration sizes, int level, int count) =>
        new([.. Enumerable.Range(0, count).Select(_ => new Transformer2D(
            sizes.BlockOutChannels[level],
            sizes.CrossAttentionDim,
            sizes.AttentionHeads[level],
            sizes.TransformerLayersPerBlock[level],
            sizes.NormNumGroups))]);
}
