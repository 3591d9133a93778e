using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Slipway.Diffusion.Modules;

/// <summary>
/// Two 3×3 convolutions behind group normalisations, a shortcut around them and, in the UNet, the time
/// embedding added between them. Keys are those of diffusers' <c>ResnetBlock2D</c>.
/// </summary>
public sealed class ResnetBlock : Module<Tensor, Tensor?, Tensor>
{
    [ComponentName(Name = "norm1")] private readonly GroupNorm _norm1;
    [ComponentName(Name = "conv1")] private readonly ConvolutionLayer _conv1;
    [ComponentName(Name = "time_emb_proj")] private readonly LinearLayer? _timeProjection;
    [ComponentName(Name = "norm2")] private readonly GroupNorm _norm2;
    [ComponentName(Name = "conv2")] private readonly ConvolutionLayer _conv2;
    [ComponentName(Name = "conv_shortcut")] private readonly ConvolutionLayer? _shortcut;

    /// <param name="inChannels">Channels in.</param>
    /// <param name="outChannels">Channels out; a 1×1 shortcut where they differ from those in.</param>
    /// <param name="timeChannels">Width of the time embedding, or null where there is none (VAE).</param>
    /// <param name="groups">Groups of the normalisations.</param>
    /// <param name="eps">1e-5 in the UNet, 1e-6 in the VAE.</param>
    public ResnetBlock(int inChannels, int outChannels, int? timeChannels, int groups, double eps)
        : base(nameof(ResnetBlock))
    {
        _norm1 = Layers.GroupNorm(groups, inChannels, eps);
        _conv1 = Layers.Conv2d(inChannels, outChannels, 3, padding: 1);
        _timeProjection = timeChannels is { } width ? Layers.Linear(width, outChannels) : null;
        _norm2 = Layers.GroupNorm(groups, outChannels, eps);
        _conv2 = Layers.Conv2d(outChannels, outChannels, 3, padding: 1);
        _shortcut = inChannels == outChannels ? null : Layers.Conv2d(inChannels, outChannels, 1);
        RegisterComponents();
    }

    /// <summary>Where it is set, inner results are computed again in the backward pass instead of being kept.</summary>
    internal GradientCheckpoint? GradientCheckpoint { get; set; }

    /// <summary>Whether large maps are computed in <see cref="Strips"/>: in the autoencoder's decoder.</summary>
    internal bool InStrips { get; init; }

    /// <param name="input">[B, C, H, W].</param>
    /// <param name="activatedTime">SiLU of the time embedding [B, T]; null in the VAE.</param>
    /// <returns>[B, C', H, W].</returns>
    public override Tensor forward(Tensor input, Tensor? activatedTime) =>
        GradientCheckpoint is null || activatedTime is null
            ? Compute(input, activatedTime)
            : GradientCheckpoint.RunSum(this, inputs => Addends(inputs[0], inputs[1]), input, activatedTime);

    private Tensor Compute(Tensor input, Tensor? activatedTime)
    {
        if (InStrips && Strips.Apply(input.shape[1], input.shape[2], input.shape[3], input))
            return ComputeInStrips(input);
        using var scope = NewDisposeScope();
        var (around, hidden) = Addends(input, activatedTime);
        return (around + hidden).MoveToOuterDisposeScope();
    }

    // What goes around the convolutions, which may be the input itself, and what goes through them.
    private (Tensor Around, Tensor Hidden) Addends(Tensor input, Tensor? activatedTime)
    {
        using var scope = NewDisposeScope();
        var hidden = _norm1.Activated(input).Into(_conv1.call);
        if (_timeProjection is not null && activatedTime is not null)
            hidden = hidden.Into(map => map + _timeProjection.call(activatedTime).unsqueeze(-1).unsqueeze(-1));

        hidden = hidden.Into(_norm2.Activated).Into(_conv2.call);
        return (_shortcut is null ? input : _shortcut.call(input).MoveToOuterDisposeScope(), hidden.MoveToOuterDisposeScope());
    }

    private Tensor ComputeInStrips(Tensor input)
    {
        using var hidden = Strips.Convolve(input, _norm1, _conv1);
        var sum = Strips.Convolve(hidden, _norm2, _conv2);
        if (_shortcut is null)
            sum.add_(input);
        else
            Strips.AddConvolved(sum, input, _shortcut);
        return sum;
    }
}
