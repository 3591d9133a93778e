using Slipway.Diffusion.Files;
using Slipway.Diffusion.Model;
using Slipway.Diffusion.Text;
using static TorchSharp.torch;

namespace Slipway.Diffusion.Checkpoints;

/// <summary>An SDXL model as it lies on the disk: a folder in diffusers' layout, or a single safetensors file.</summary>
public static class SdxlCheckpoint
{
    /// <summary>Loads a model, for inference: no parameter asks for a gradient.</summary>
    /// <param name="path">A folder in diffusers' layout (<c>unet/</c>, <c>vae/</c>, …), or a checkpoint in a single file.</param>
    /// <param name="device">The device that the weights are moved to.</param>
    /// <param name="precision">Precision of UNet and text encoders.</param>
    /// <param name="companions">
    /// For a single file: folder with its tokenizers and, where needed, configurations (see <see cref="SingleFileLayout"/>); null: beside the file.
    /// </param>
    /// <param name="overrides">What holds instead of what the files say; null: nothing.</param>
    /// <exception cref="FileNotFoundException">There is no such file or folder, or a part of it is missing.</exception>
    /// <exception cref="InvalidDataException">Missing, extra or mis-shaped tensors, all listed; a bad configuration.</exception>
    public static SdxlModel Load(string path, Device device, ScalarType precision, string? companions = null, ModelOverrides? overrides = null) =>
        (overrides ?? new()).Over(Build(path, device, precision, companions, fill: true, overrides?.Vae is not null), fill: true);

    /// <summary>
    /// The model as <see cref="Load"/> would build it, checked against the files' headers, with no memory for weights: all
    /// parameters are on the <c>meta</c> device. For whoever must know sizes and shapes before gigabytes are read.
    /// </summary>
    /// <inheritdoc cref="Load"/>
    public static SdxlModel Outline(string path, Device device, ScalarType precision, string? companions = null, ModelOverrides? overrides = null) =>
        (overrides ?? new()).Over(Build(path, device, precision, companions, fill: false, overrides?.Vae is not null), fill: false);

    /// <summary>The tokenizer of the first text encoder; the second has the same vocabulary.</summary>
    /// <param name="path">As for <see cref="Load"/>.</param>
    /// <param name="companions">As for <see cref="Load"/>.</param>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static ClipTokenizer Tokenizer(string path, string? companions = null) =>
        File.Exists(path) ? new CompanionFiles(path, companions).Tokenizers().First : ClipTokenizer.Load(Path.Combine(path, "tokenizer"));

    /// <summary>Whether something lies beside a single file that belongs to it: tokenizers or configurations.</summary>
    /// <param name="path">The file.</param>
    public static bool HasCompanions(string path) => new CompanionFiles(path, null).Any;

    /// <summary>The files that <see cref="Load"/> reads; none of their weights is read here.</summary>
    /// <param name="path">As for <see cref="Load"/>.</param>
    /// <param name="companions">As for <see cref="Load"/>.</param>
    /// <exception cref="FileNotFoundException">There is no such file or folder, or a part of it is missing.</exception>
    /// <exception cref="InvalidDataException">A single file is no safetensors file.</exception>
    public static IReadOnlyList<ModelFile> Files(string path, string? companions = null) =>
        File.Exists(path) ? new SingleFileLayout(path, companions).Files() : new DiffusersLayout(path).Files();

    private static SdxlModel Build(string path, Device device, ScalarType precision, string? companions, bool fill, bool hasOtherVae) =>
        File.Exists(path) ? new SingleFileLayout(path, companions).Build(device, precision, fill, hasOtherVae) : new DiffusersLayout(path).Build(device, precision, fill);
}
