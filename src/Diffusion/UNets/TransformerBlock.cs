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

    /// <remarks>Keys and values of the text are small: where they can be had side by side they are kept, and not computed again.</remarks>
    /// <param name="input">[B, N, C].</param>
    /// <param name="context">[B, M, D].</param>
    /// <returns>[B, N, C].</returns>
    public override Tensor forward(Tensor input, Tensor context)
    {
        using var keysAndValues = _text.KeysAndValues(context);
        var isKnown = keysAndValues is not null;
        (Tensor, Tensor) Parts(IReadOnlyList<Tensor> inputs) => Addends(inputs[0], inputs[1], isKnown);
        if (GradientCheckpoint is not null)
            return GradientCheckpoint.RunSum(this, Parts, input, keysAndValues ?? context);
        using var scope = NewDisposeScope();
        var (hidden, added) = Parts([input, keysAndValues ?? context]);
        return (hidden + added).MoveToOuterDisposeScope();
    }

    private (Tensor Hidden, Tensor Added) Addends(Tensor input, Tensor context, bool isKnown)
    {
        using var scope = NewDisposeScope();
        var normed = _norm1.call(input);
        var hidden = input + _self.call(normed, normed);
        normed = _norm2.call(hidden);
        hidden = hidden + (isKnown ? _text.Attend(normed, context) : _text.call(normed, context));
        normed = _norm3.call(hidden);
        var added = GradientCheckpoint is { IsComputingAgain: true } ? _feedForward.GraphOf(normed) : _feedForward.call(normed);
        return (hidden.MoveToOuterDisposeScope(), added.MoveToOuterDisposeScope());
    }
}
