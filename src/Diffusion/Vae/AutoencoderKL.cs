using Slipway.Diffusion.Modules;
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
    [ComponentName(Name = "quant_conv")] private readonly ConvolutionLayer _quantConv;
    [ComponentName(Name = "post_quant_conv")] private readonly ConvolutionLayer _postQuantConv;
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
    /// <returns>[B, 3, f·h, f·w], about [−1, 1], in the latents' element type; computed in the weights'.</returns>
    public Tensor Decode(Tensor latents)
    {
        ArgumentNullException.ThrowIfNull(latents);
        using var scope = NewDisposeScope();
        var hidden = _postQuantConv.call(latents.to(Precision));
        return hidden.Into(_decoder.call).to(latents.dtype).MoveToOuterDisposeScope();
    }

    /// <summary>An autoencoder that can only decode, with this one's weights rounded to another element type. The caller's to dispose of.</summary>
    /// <param name="precision">The element type.</param>
    public AutoencoderKL ForDecoding(ScalarType precision)
    {
        using var noGradient = no_grad();
        var rounded = new AutoencoderKL(Configuration);
        rounded.eval();
        Gradients.Require(rounded, false);
        var (from, to) = (new WeightSlots(this), new WeightSlots(rounded));
        foreach (var key in to.Keys.Where(IsOfDecoder))
            to.Fill(key, from[key].to(precision, copy: true));
        return rounded;
    }

    /// <summary>
    /// Decodes tile by tile, for pictures that memory does not hold otherwise (<see cref="DecodeBytes(long, long)"/>). Not the same
    /// picture: norms and attention see one tile at a time, which shifts colours a little from tile to tile.
    /// </summary>
    /// <param name="latents">Unscaled latents [B, 4, h, w].</param>
    /// <param name="tiles">Where the tiles lie on the picture.</param>
    /// <returns>[B, 3, f·h, f·w]; <see cref="Decode"/>'s very bits where one tile holds it all.</returns>
    public Tensor DecodeTiled(Tensor latents, TileGrid tiles) => tiles.Apply(latents, Configuration.Downscale, Decode);

    /// <summary>
    /// Working memory of <see cref="Decode"/> for one picture, measured in f32 at several sizes: four maps of the last level's input and a little;
    /// of large ones, which are computed in strips, two.
    /// </summary>
    /// <param name="height">Height of the latents.</param>
    /// <param name="width">Width of the latents.</param>
    public long DecodeBytes(long height, long width) => DecodeBytes(height, width, Precision);

    /// <summary>The same in another precision, with the weights that <see cref="ForDecoding"/> makes for it.</summary>
    /// <param name="height">Height of the latents.</param>
    /// <param name="width">Width of the latents.</param>
    /// <param name="precision">The element type that is computed in.</param>
    public long DecodeBytes(long height, long width, ScalarType precision)
    {
        var values = Configuration.BlockOutChannels[Math.Min(1, Configuration.BlockOutChannels.Count - 1)] * Pixels(height, width);
        var bytes = precision == ScalarType.Float32 ? sizeof(float) : sizeof(short);
        var work = (long)((values > Strips.Whole ? DecodeMapsInStrips : DecodeMaps) * values * bytes);
        return precision == Precision ? work : work + (bytes * named_parameters().Where(weight => IsOfDecoder(weight.name)).Sum(weight => weight.parameter.numel()));
    }

    /// <summary>Likewise of <see cref="Encode"/>: five maps of the first level.</summary>
    /// <param name="height">Height of the latents.</param>
    /// <param name="width">Width of the latents.</param>
    public long EncodeBytes(long height, long width) => EncodeMaps * Configuration.BlockOutChannels[0] * sizeof(float) * Pixels(height, width);

    private ScalarType Precision => _postQuantConv.Weight.dtype;

    private long Pixels(long height, long width) => height * width * Configuration.Downscale * Configuration.Downscale;

    private static bool IsOfDecoder(string key) => key.StartsWith("decoder.", StringComparison.Ordinal) || key.StartsWith("post_quant_conv.", StringComparison.Ordinal);

    /// <summary>Encode to the mean, then decode: the reconstruction.</summary>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        return Decode(Encode(input).Mean).MoveToOuterDisposeScope();
    }
}
