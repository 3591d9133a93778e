using Slipway.Diffusion.Files;
using Slipway.Diffusion.Vae;
using static TorchSharp.torch;

namespace Slipway.Diffusion.Checkpoints;

/// <summary>An autoencoder in a safetensors file of its own, as people keep it beside their checkpoints: in diffusers' layout, or in the original one, with or without the prefix that it has in a checkpoint.</summary>
internal static class VaeFile
{
    private const string OfDiffusers = "decoder.up_blocks.";

    /// <summary>Reads it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="device">Where the weights go.</param>
    /// <param name="sizes">The sizes and the latents' scale of the autoencoder that it takes the place of: a file does not tell the scale, and with others the model could not work.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is no autoencoder of these sizes: all that does not fit is listed.</exception>
    public static AutoencoderKL Load(string path, Device device, VaeConfiguration sizes)
    {
        using var file = SafetensorsFile.Open(path);
        var network = new AutoencoderKL(sizes);
        var isOfDiffusers = file.Tensors.Keys.Any(name => name.StartsWith(OfDiffusers, StringComparison.Ordinal));
        var keys = SingleFileKeys.Vae(network.state_dict().Keys);
        var hasPrefix = file.Tensors.Keys.Any(name => name.StartsWith(SingleFileKeys.VaePrefix, StringComparison.Ordinal));
        Func<string, TensorLocation> locate = isOfDiffusers ? key => DiffusersLayout.LocateVae(key, file)
            : hasPrefix ? key => keys[key]
            : key => keys[key] with { Name = keys[key].Name[SingleFileKeys.VaePrefix.Length..] };
        var part = new ModelPart<AutoencoderKL>(network, "vae", ScalarType.Float32, file, locate);
        // A training's loss may lie beside the weights; nothing here reads it.
        WeightAssignment.ThrowIfAny([.. part.Weights.Problems(file)], path, "an autoencoder for this model");
        part.Weights.Fill(file, device);
        return network;
    }
}
