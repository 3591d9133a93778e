using Slipway.Diffusion.Modules;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Slipway.Diffusion.Vae;

/// <summary>The autoencoder's lowest point: residual block, attention, residual block.</summary>
public sealed class VaeMidBlock : Module<Tensor, Tensor>
{
    [ComponentName(Name = "resnets")] private readonly ModuleList<ResnetBlock> _resnets;
    [ComponentName(Name = "attentions")] private readonly ModuleList<VaeAttention> _attentions;

    /// <param name="channels">Channels in and out.</param>
    /// <param name="groups">Groups of the normalisations.</param>
    public VaeMidBlock(int channels, int groups)
        : base(nameof(VaeMidBlock))
    {
        _resnets = new ModuleList<ResnetBlock>(
            new ResnetBlock(channels, channels, null, groups, 1e-6),
            new ResnetBlock(channels, channels, null, groups, 1e-6));
        _attentions = new ModuleList<VaeAttention>(new VaeAttention(channels, groups));
        RegisterComponents();
    }

    /// <param name="input">[B, C, H, W].</param>
    /// <returns>[B, C, H, W].</returns>
    public override Tensor forward(Tensor input)
    {
        using var first = _resnets[0].call(input, null);
        using var attended = _attentions[0].call(first);
        return _resnets[1].call(attended, null);
    }
}
