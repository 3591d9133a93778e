using Slipway.Diffusion.Modules;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Slipway.Diffusion.Vae;

/// <summary>Self-attention over all positions with a single head, and a shortcut.</summary>
public sealed class VaeAttention : Module<Tensor, Tensor>
{
    [ComponentName(Name = "group_norm")] private readonly GroupNorm _norm;
    [ComponentName(Name = "to_q")] private readonly LinearLayer _toQ;
    [ComponentName(Name = "to_k")] private readonly LinearLayer _toK;
    [ComponentName(Name = "to_v")] private readonly LinearLayer _toV;
    [ComponentName(Name = "to_out")] private readonly ModuleList<Module<Tensor, Tensor>> _toOut;

    /// <param name="channels">Channels in and out.</param>
    /// <param name="groups">Groups of the normalisation.</param>
    public VaeAttention(int channels, int groups)
        : base(nameof(VaeAttention))
    {
        _norm = Layers.GroupNorm(groups, channels, 1e-6);
        _toQ = Layers.Linear(channels, channels);
        _toK = Layers.Linear(channels, channels);
        _toV = Layers.Linear(channels, channels);
        _toOut = new ModuleList<Module<Tensor, Tensor>>(Layers.Linear(channels, channels));
        RegisterComponents();
    }

    /// <param name="input">[B, C, H, W].</param>
    /// <returns>[B, C, H, W].</returns>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var (height, width) = (input.shape[2], input.shape[3]);
        var sequence = _norm.call(input).flatten(2).transpose(1, 2);
        var attended = functional.scaled_dot_product_attention(
            _toQ.call(sequence).unsqueeze(1), _toK.call(sequence).unsqueeze(1), _toV.call(sequence).unsqueeze(1));
        var map = _toOut[0].call(attended.squeeze(1)).transpose(1, 2).unflatten(2, height, width);
        return (input + map).MoveToOuterDisposeScope();
    }
}
