using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Slipway.Diffusion;

/// <summary>
/// The variational autoencoder between pictures and latents (Rombach et al. 2022). State-dict keys are those of
/// diffusers' <c>AutoencoderKL</c>.
/// </summary>
public sealed class AutoencoderKL : Module<Tensor, Tensor>
{
    [ComponentName(Name = "encoder")] private readonly Encoder _encoder;
    [ComponentName(Name = "quant_conv")] private readonly Conv2d _quantConv;
    [ComponentName(Name = "post_quant_conv")] private readonly Conv2d _postQuantConv;
    [ComponentName(Name = "decoder")] private readonly Decoder _decoder;

    /// <param name="configuration">The sizes.</param>
    public AutoencoderKL(VaeConfiguration configuration)
        : base(nameof(AutoencoderKL))
    {
        Configuration = configuration;
        var latents = configuration.LatentChannels;
        _encoder = new Encoder(configuration);
        _quantConv = Layers.Conv2d(latents * 2, latents * 2, 1);
        _postQuantConv = Layers.Conv2d(latents, latents, 1);
        _decoder = new Decoder(configuration);
        RegisterComponents();
    }

    /// <summary>The sizes.</summary>
    public VaeConfiguration Configuration { get; }

    /// <summary>What latents are multiplied by before the UNet sees them.</summary>
    public double ScalingFactor => Configuration.ScalingFactor;

    /// <param name="image">[B, 3, H, W] in [−1, 1].</param>
    /// <returns>The distribution of the unscaled latents [B, 4, H/f, W/f].</returns>
    public DiagonalGaussian Encode(Tensor image)
    {
        using var hidden = _encoder.call(image);
        using var moments = _quantConv.call(hidden);
        return DiagonalGaussian.FromMoments(moments);
    }

    /// <param name="latents">Unscaled latents [B, 4, h, w].</param>
    /// <returns>[B, 3, f·h, f·w], about [−1, 1].</returns>
    public Tensor Decode(Tensor latents)
    {
        using var hidden = _postQuantConv.call(latents);
        return _decoder.call(hidden);
    }

    /// <summary>
    /// Decodes tile by tile, for pictures that memory does not hold otherwise (a decode in f32 takes some 9 KiB a pixel). Not the same
    /// picture: norms and attention see one tile at a time, which shifts colours a little from tile to tile.
    /// </summary>
    /// <param name="latents">Unscaled latents [B, 4, h, w].</param>
    /// <param name="tiles">Where the tiles lie.</param>
    /// <returns>[B, 3, f·h, f·w]; <see cref="Decode"/>'s very bits where one tile holds it all.</returns>
    public Tensor DecodeTiled(Tensor latents, TileGrid tiles) => tiles.Apply(latents, Configuration.Downscale, Decode);

    /// <summary>Encode to the mean, then decode: the reconstruction.</summary>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        return Decode(Encode(input).Mean).MoveToOuterDisposeScope();
    }
}
