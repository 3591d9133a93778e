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
    /// <summary>CLIP-L's tokenizer; pads with the end token.</summary>
    public required ClipTokenizer Tokenizer1 { get; init; }

    /// <summary>bigG's tokenizer; pads with <c>!</c>.</summary>
    public required ClipTokenizer Tokenizer2 { get; init; }

    /// <summary>CLIP-L's text encoder.</summary>
    public required ClipTextEncoder TextEncoder1 { get; init; }

    /// <summary>bigG's text encoder, with the projection of the pooled embedding.</summary>
    public required ClipTextEncoder TextEncoder2 { get; init; }

    /// <summary>The denoising network.</summary>
    public required UNet UNet { get; init; }

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

    /// <summary>Side in pixels of the pictures that the model was trained on.</summary>
    public int DefaultSize => UNet.Configuration.SampleSize * Vae.Configuration.Downscale;

    /// <summary>The same model with another autoencoder and schedule; its parts are this one's, which is not used any more.</summary>
    internal SdxlModel With(AutoencoderKL vae, NoiseSchedule schedule) => new()
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
    };

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
