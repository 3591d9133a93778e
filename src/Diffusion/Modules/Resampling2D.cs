using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Slipway.Diffusion.Modules;

/// <summary>Halves height and width with a 3×3 convolution of stride 2.</summary>
public sealed class Downsample2D : Module<Tensor, Tensor>
{
    private readonly bool _asymmetric;
    [ComponentName(Name = "conv")] private readonly ConvolutionLayer _conv;

    /// <param name="channels">Channels in and out.</param>
    /// <param name="asymmetric">
    /// Pad right and bottom only, as the VAE's encoder does; otherwise all around, as the UNet does.
    /// </param>
    public Downsample2D(int channels, bool asymmetric)
        : base(nameof(Downsample2D))
    {
        _asymmetric = asymmetric;
        _conv = Layers.Conv2d(channels, channels, 3, stride: 2, padding: asymmetric ? 0 : 1);
        RegisterComponents();
    }

    /// <param name="input">[B, C, H, W].</param>
    /// <returns>[B, C, ⌈H/2⌉, ⌈W/2⌉] (UNet), [B, C, ⌊H/2⌋, ⌊W/2⌋] (VAE).</returns>
    public override Tensor forward(Tensor input)
    {
        if (!_asymmetric)
            return _conv.call(input);

        using var padded = functional.pad(input, [0, 1, 0, 1]);
        return _conv.call(padded);
    }
}

/// <summary>Enlarges by the nearest neighbour, then a 3×3 convolution.</summary>
public sealed class Upsample2D : Module<Tensor, Tensor>
{
    [ComponentName(Name = "conv")] private readonly ConvolutionLayer _conv;

    /// <param name="channels">Channels in and out.</param>
    public Upsample2D(int channels)
        : base(nameof(Upsample2D))
    {
        _conv = Layers.Conv2d(channels, channels, 3, padding: 1);
        RegisterComponents();
    }

    /// <summary>Whether large maps are computed in <see cref="Strips"/>: in the autoencoder's decoder.</summary>
    internal bool InStrips { get; init; }

    /// <param name="input">[B, C, H, W].</param>
    /// <returns>[B, C, 2H, 2W].</returns>
    public override Tensor forward(Tensor input) => To(input, input.shape[2] * 2, input.shape[3] * 2);

    /// <summary>Enlarges to exactly the size of the feature map that follows (sizes that 2 does not divide).</summary>
    public Tensor To(Tensor input, long height, long width)
    {
        if (InStrips && height == 2 * input.shape[2] && width == 2 * input.shape[3] && Strips.Apply(input.shape[1], height, width, input))
            return Strips.Enlarge(input, height, width, _conv);
        using var larger = functional.interpolate(input, [height, width], mode: InterpolationMode.Nearest);
        return _conv.call(larger);
    }
}
