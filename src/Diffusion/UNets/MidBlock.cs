using Slipway.Diffusion.Modules;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Slipway.Diffusion.UNets;

/// <summary>The UNet's lowest point: residual block, transformer, residual block.</summary>
public sealed class MidBlock : Module
{
    [ComponentName(Name = "resnets")] private readonly ModuleList<ResnetBlock> _resnets;
    [ComponentName(Name = "attentions")] private readonly ModuleList<Transformer2D> _attentions;

    /// <param name="sizes">Sizes of the whole UNet.</param>
    public MidBlock(UNetConfiguration sizes)
        : base(nameof(MidBlock))
    {
        var level = sizes.BlockOutChannels.Count - 1;
        var channels = sizes.BlockOutChannels[level];
        _resnets = new ModuleList<ResnetBlock>([.. Enumerable.Range(0, 2).Select(
            _ => new ResnetBlock(channels, channels, sizes.TimeEmbedDim, sizes.NormNumGroups, 1e-5))]);
        _attentions = DownBlock.Attentions(sizes, level, 1);
        RegisterComponents();
    }

    /// <summary>[B, C, H, W] → [B, C, H, W].</summary>
    public Tensor Run(Tensor hidden, Tensor activatedTime, Tensor context)
    {
        hidden = _resnets[0].call(hidden, activatedTime);
        hidden = _attentions[0].call(hidden, context);
        return _resnets[1].call(hidden, activatedTime);
    }
}
