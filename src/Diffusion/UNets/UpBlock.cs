using Slipway.Diffusion.Modules;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Slipway.Diffusion.UNets;

/// <summary>
/// A level of the UNet going up: each residual block takes the matching feature map of the way down beside its
/// own; then transformers as going down, and an upsampling but on the last. Keys are those of
/// <c>UpBlock2D</c> / <c>CrossAttnUpBlock2D</c>.
/// </summary>
public sealed class UpBlock : Module
{
    [ComponentName(Name = "resnets")] private readonly ModuleList<ResnetBlock> _resnets;
    [ComponentName(Name = "attentions")] private readonly ModuleList<Transformer2D>? _attentions;
    [ComponentName(Name = "upsamplers")] private readonly ModuleList<Upsample2D>? _upsamplers;

    /// <param name="sizes">Sizes of the whole UNet.</param>
    /// <param name="level">This level, counted as going down: 0 has the highest resolution and comes last.</param>
    public UpBlock(UNetConfiguration sizes, int level)
        : base(nameof(UpBlock))
    {
        var levels = sizes.BlockOutChannels;
        var channels = levels[level];
        var below = levels[Math.Min(level + 1, levels.Count - 1)];
        var above = levels[Math.Max(level - 1, 0)];
        var layers = sizes.LayersPerBlock + 1;
        _resnets = new ModuleList<ResnetBlock>([.. Enumerable.Range(0, layers).Select(i =>
        {
            var own = i == 0 ? below : channels;
            var skip = i == layers - 1 ? above : channels;
            return new ResnetBlock(own + skip, channels, sizes.TimeEmbedDim, sizes.NormNumGroups, 1e-5);
        })]);
        _attentions = sizes.HasAttention(level) ? DownBlock.Attentions(sizes, level, layers) : null;
        _upsamplers = level > 0 ? new ModuleList<Upsample2D>(new Upsample2D(channels)) : null;
        RegisterComponents();
    }

    /// <summary>Runs the level, taking its feature maps from <paramref name="skips"/>.</summary>
    public Tensor Run(Tensor hidden, Tensor activatedTime, Tensor context, Stack<Tensor> skips)
    {
        for (var i = 0; i < _resnets.Count; i++)
        {
            using var joined = cat([hidden, skips.Pop()], 1);
            hidden = _resnets[i].call(joined, activatedTime);
            hidden = _attentions is null ? hidden : _attentions[i].call(hidden, context);
        }

        if (_upsamplers is null)
            return hidden;

        var next = skips.Peek().shape;
        return _upsamplers[0].To(hidden, next[2], next[3]);
    }
}
