using Slipway.Diffusion.Modules;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Slipway.Diffusion.UNets;

/// <summary>
/// Self-attention, attention over the text, feed-forward, each behind a layer normalisation and with a shortcut.
/// Keys are those of diffusers' <c>BasicTransformerBlock</c>.
/// </summary>
public sealed class TransformerBlock : Module<Tensor, Tensor, Tensor>
{
    [ComponentName(Name = "norm1")] private readonly LayerNorm _norm1;
    [ComponentName(Name = "attn1")] private readonly CrossAttention _self;
    [ComponentName(Name = "norm2")] private readonly LayerNorm _norm2;
    [ComponentName(Name = "attn2")] private readonly CrossAttention _text;
    [ComponentName(Name = "norm3")] private readonly LayerNorm _norm3;
    [ComponentName(Name = "ff")] private readonly FeedForward _feedForward;

    /// <param name="channels">Channels of the sequence.</param>
    /// <param name="contextChannels">Channels of the text context.</param>
    /// <param name="heads">Attention heads.</param>
    public TransformerBlock(int channels, int contextChannels, int heads)
        : base(nameof(TransformerBlock))
    {
        _norm1 = Layers.LayerNorm(channels);
        _self = new CrossAttention(channels, channels, heads);
        _norm2 = Layers.LayerNorm(channels);
        _text = new CrossAttention(channels, contextChannels, heads);
        _norm3 = Layers.LayerNorm(channels);
        _feedForward = new FeedForward(channels);
        RegisterComponents();
    }

    /// <summary>Set: inner results are computed again in the backward pass, not kept.</summary>
    internal GradientCheckpoint? GradientCheckpoint { get; set; }

    /// <param name="input">[B, N, C].</param>
    /// <param name="context">[B, M, D].</param>
    /// <returns>[B, N, C].</returns>
    public override Tensor forward(Tensor input, Tensor context) =>
        GradientCheckpoint is null
            ? Compute(input, context)
            : GradientCheckpoint.Run(this, inputs => Compute(inputs[0], inputs[1]), input, context);

    private Tensor Compute(Tensor input, Tensor context)
    {
        using var scope = NewDisposeScope();
        var normed = _norm1.call(input);
        var hidden = input + _self.call(normed, normed);
        hidden = hidden + _text.call(_norm2.call(hidden), context);
        hidden = hidden + _feedForward.call(_norm3.call(hidden));
        return hidden.MoveToOuterDisposeScope();
    }
}
