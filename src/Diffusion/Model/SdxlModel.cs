using Slipway.Diffusion.Checkpoints;
using Slipway.Diffusion.Files;
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

    /// <summary>How much noise each timestep holds.</summary>
    public required NoiseSchedule Schedule { get; init; }

    /// <summary>Where the weights are.</summary>
    public required Device Device { get; init; }

    /// <summary>Precision of UNet and text encoders.</summary>
    public required ScalarType Precision { get; init; }

    /// <summary>What nothing in the model's files told and was taken from SDXL though the model's shapes are others: a line each, to be shown.</summary>
    public IReadOnlyList<string> Assumptions { get; init; } = [];

    /// <summary>Side in pixels of the pictures that the model was trained on.</summary>
    public int DefaultSize => UNet.Configuration.SampleSize * Vae.Configuration.Downscale;

    /// <summary>Loads a model, for inference: no parameter asks for a gradient.</summary>
    /// <param name="path">A folder in diffusers' layout (<c>unet/</c>, <c>vae/</c>, …), or a checkpoint in a single file.</param>
    /// <param name="device">Where the weights go.</param>
    /// <param name="precision">Precision of UNet and text encoders.</param>
    /// <param name="companions">
    /// For a single file: folder with its tokenizers and, where needed, configurations (see <see cref="SingleFileLayout"/>); null: beside the file.
    /// </param>
    /// <exception cref="FileNotFoundException">There is no such file or folder, or a part of it is missing.</exception>
    /// <exception cref="InvalidDataException">Missing, extra or mis-shaped tensors, all listed; a bad configuration.</exception>
    public static SdxlModel Load(string path, Device device, ScalarType precision, string? companions = null)
        => File.Exists(path)
            ? new SingleFileLayout(path, companions).Load(device, precision)
            : new DiffusersLayout(path).Load(device, precision);

    /// <summary>
    /// The model as <see cref="Load"/> would build it, checked against the files' headers, with no memory for weights: all
    /// parameters are on the <c>meta</c> device. For whoever must know sizes and shapes before gigabytes are read.
    /// </summary>
    /// <inheritdoc cref="Load"/>
    public static SdxlModel Outline(string path, Device device, ScalarType precision, string? companions = null)
        => File.Exists(path)
            ? new SingleFileLayout(path, companions).Build(device, precision, fill: false)
            : new DiffusersLayout(path).Build(device, precision, fill: false);

    /// <summary>The files that <see cref="Load"/> reads; none of their weights is read here.</summary>
    /// <param name="path">As for <see cref="Load"/>.</param>
    /// <param name="companions">As for <see cref="Load"/>.</param>
    /// <exception cref="FileNotFoundException">There is no such file or folder, or a part of it is missing.</exception>
    /// <exception cref="InvalidDataException">A single file is no safetensors file.</exception>
    public static IReadOnlyList<ModelFile> Files(string path, string? companions = null)
        => File.Exists(path) ? new SingleFileLayout(path, companions).Files() : new DiffusersLayout(path).Files();

    /// <inheritdoc/>
    public void Dispose()
    {
        TextEncoder1.Dispose();
        TextEncoder2.Dispose();
        UNet.Dispose();
        Vae.Dispose();
    }
}
