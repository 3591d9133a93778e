using Slipway.Diffusion.Modules;
using Slipway.Diffusion.Noise;
using Slipway.Diffusion.Text;
using Slipway.Diffusion.UNets;
using Slipway.Diffusion.Vae;
using TorchSharp;
using static TorchSharp.torch;

namespace Slipway.Diffusion.Model;

/// <summary>All parts of an SDXL model: two tokenizers and text encoders, UNet, autoencoder, noise schedule.</summary>
public sealed class SdxlModel : IDisposable
{
    private const string AutoencoderName = "vae";

    // One for all parts: the backward pass that a training begins at the UNet goes on in the text encoders.
    private readonly OwnGradients _gradients = new();

    private IReadOnlyList<PartResidence>? _text;
    private PartResidence? _vae;
    private PartResidence? _unet;

    /// <summary>CLIP-L's tokenizer; pads with the end token.</summary>
    public required ClipTokenizer Tokenizer1 { get; init; }

    /// <summary>bigG's tokenizer; pads with <c>!</c>.</summary>
    public required ClipTokenizer Tokenizer2 { get; init; }

    /// <summary>CLIP-L's text encoder.</summary>
    public required ClipTextEncoder TextEncoder1
    {
        get;
        init => WeightedLayer.ShareGradients(field = value, _gradients);
    }

    /// <summary>bigG's text encoder, with the projection of the pooled embedding.</summary>
    public required ClipTextEncoder TextEncoder2
    {
        get;
        init => WeightedLayer.ShareGradients(field = value, _gradients);
    }

    /// <summary>The denoising network.</summary>
    public required UNet UNet
    {
        get;
        init => (field = value).Gradients = _gradients;
    }

    /// <summary>Pictures ↔ latents; kept in f32 whatever the model's precision.</summary>
    public required AutoencoderKL Vae { get; init; }

    /// <summary>The noise schedule: how much noise each timestep holds.</summary>
    public required NoiseSchedule Schedule { get; init; }

    /// <summary>The device that the weights are on.</summary>
    public required Device Device { get; init; }

    /// <summary>Precision of UNet and text encoders.</summary>
    public required ScalarType Precision { get; init; }

    /// <summary>What nothing in the model's files told and was taken from SDXL though the model's shapes are others: a line each, to be shown.</summary>
    public IReadOnlyList<string> Assumptions { get; init; } = [];

    /// <summary>The files that the weights were loaded from, closed with the model; null where it was made otherwise.</summary>
    public IStoredWeights? Stored { get; init; }

    /// <summary>Bytes of the card that are left beside the whole model; null: there is no card, whose memory could be short where the host's is not.</summary>
    public long? FreeBesideWeights { get; set; }

    /// <summary>Bytes of a part for which it is worth while to leave the device.</summary>
    internal long LeastReleased { get; set; } = 64L << 20;

    /// <summary>Side in pixels of the pictures that the model was trained on.</summary>
    public int DefaultSize => UNet.Configuration.SampleSize * Vae.Configuration.Downscale;

    private IReadOnlyList<PartResidence> Text => _text ??= [new("text_encoder", TextEncoder1, this), new("text_encoder_2", TextEncoder2, this)];

    private PartResidence Denoiser => _unet ??= new("unet", UNet, this);

    private PartResidence Autoencoder => _vae ??= new(AutoencoderName, Vae, this);

    /// <summary>Takes the text encoders off the device until they are required again.</summary>
    public void ReleaseTextEncoders()
    {
        foreach (var encoder in Text)
            encoder.Leave();
    }

    /// <summary>Brings the text encoders back: to be called before their weights are used.</summary>
    public void RequireTextEncoders()
    {
        foreach (var encoder in Text)
            encoder.Return();
    }

    /// <summary>Takes the autoencoder off the device until it is required again.</summary>
    public void ReleaseVae() => Autoencoder.Leave();

    /// <summary>Brings the autoencoder back: to be called before its weights are used.</summary>
    public void RequireVae() => Autoencoder.Return();

    /// <summary>Takes the UNet off the device until it is required again: off the CPU, and off a card that has not so much left beside it.</summary>
    /// <param name="needed">Bytes that are about to be needed.</param>
    public void ReleaseUNet(long needed)
    {
        if (FreeBesideWeights is { } free ? free < needed : Device.type == DeviceType.CPU)
            Denoiser.Leave();
    }

    /// <summary>Brings the UNet back: to be called before its weights are used.</summary>
    public void RequireUNet() => Denoiser.Return();

    /// <summary>The same model with another autoencoder and schedule; its parts are this one's, which is not used any more.</summary>
    internal SdxlModel With(AutoencoderKL vae, NoiseSchedule schedule)
    {
        // The files' own is not this one: it cannot be read again from them.
        if (vae != Vae)
            Stored?.Changed[AutoencoderName + "."] = null;
        return new()
        {
            Tokenizer1 = Tokenizer1,
            Tokenizer2 = Tokenizer2,
            TextEncoder1 = TextEncoder1,
            TextEncoder2 = TextEncoder2,
            UNet = UNet,
            Vae = vae,
            Schedule = schedule,
            Device = Device,
            Precision = Precision,
            Assumptions = Assumptions,
            Stored = Stored,
            FreeBesideWeights = FreeBesideWeights,
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        TextEncoder1.Dispose();
        TextEncoder2.Dispose();
        UNet.Dispose();
        Vae.Dispose();
        Stored?.Dispose();
    }
}
