using Slipway.Diffusion.Modules;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Slipway.Diffusion.Vae;

/// <summary>
/// The variational autoencoder between pictures and latents (Rombach et al. 2022). State-dict keys are those of
/// diffusers' <c>AutoencoderKL</c>.
/// </summary>
public sealed class AutoencoderKL : Module<Tensor, Tensor>
{
    private const int DecodeMaps = 4;
    private const double DecodeMapsInStrips = 2.25;
    private const int EncodeMaps = 5;

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
    /// Decodes tile by tile, for pictures that memory does not hold otherwise (<see cref="DecodeBytes"/>). Not the same
    /// picture: norms and attention see one tile at a time, which shifts colours a little from tile to tile.
    /// </summary>
    /// <param name="latents">Unscaled latents [B, 4, h, w].</param>
    /// <param name="tiles">Where the tiles lie on the picture.</param>
    /// <returns>[B, 3, f·h, f·w]; <see cref="Decode"/>'s very bits where one tile holds it all.</returns>
    public Tensor DecodeTiled(Tensor latents, TileGrid tiles) => tiles.Apply(latents, Configuration.Downscale, Decode);

    /// <summary>
    /// Working memory of <see cref="Decode"/> for one picture in f32, measured at several sizes: four maps of the last level's input and a little;
    /// of large ones, which are computed in strips, two.
    /// </summary>
    /// <param name="height">Height of the latents.</param>
    /// <param name="width">Width of the latents.</param>
    public long DecodeBytes(long height, long width)
    {
        var map = Configuration.BlockOutChannels[Math.Min(1, Configuration.BlockOutChannels.Count - 1)] * BytesOfPixels(height, width);
        return map / sizeof(float) > Strips.Whole ? (long)(DecodeMapsInStrips * map) : DecodeMaps * map;
    }

    /// <summary>Likewise of <see cref="Encode"/>: five maps of the first level.</summary>
    /// <param name="height">Height of the latents.</param>
    /// <param name="width">Width of the latents.</param>
    public long EncodeBytes(long height, long width) => EncodeMaps * Configuration.BlockOutChannels[0] * BytesOfPixels(height, width);

    private long BytesOfPixels(long height, long width) => sizeof(float) * height * width * Configuration.Downscale * Configuration.Downscale;

    /// <summary>Encode to the mean, then decode: the reconstruction.</summary>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        return Decode(Encode(input).Mean).MoveToOuterDisposeScope();
    }
}
