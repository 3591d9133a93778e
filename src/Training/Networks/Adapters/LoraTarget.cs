using Slipway.Diffusion.Model;
using Slipway.Diffusion.Modules;
using Slipway.Training.Options;
using TorchSharp.Modules;

namespace Slipway.Training.Networks.Adapters;

/// <summary>A layer of the model that gets a LoRA branch, under the name that sd-scripts gives it.</summary>
/// <param name="Name"><c>lora_unet_…</c> in single-file layout, <c>lora_te1_…</c> and <c>lora_te2_…</c> in Hugging Face's.</param>
/// <param name="Path">diffusers' name: <c>unet.…</c>, <c>text_encoder.…</c> or <c>text_encoder_2.…</c> and the model's own module path.</param>
/// <param name="Layer">The layer, which the model invokes by <c>call</c>.</param>
/// <param name="Group">Whose learning rate applies.</param>
/// <param name="IsReached">False where the loss does not depend on the layer: the branch is saved, but never trained.</param>
public sealed record LoraTarget(string Name, string Path, WeightedLayer Layer, LoraGroup Group, bool IsReached)
{
    /// <summary>Where the layer's weight can be read again; null where the model came from no file.</summary>
    public IStoredWeights? Stored { get; init; }

    /// <summary>Whether it is a convolution with a kernel above 1×1, ruled by <c>conv_dim</c> and <c>conv_alpha</c>.</summary>
    public bool IsSpatial => Layer is ConvolutionLayer conv && conv.Kernel.Any(k => k != 1);

    /// <summary>Whether it is of the second text encoder.</summary>
    public bool IsOfSecondTextEncoder => Path.StartsWith("text_encoder_2.", StringComparison.Ordinal);

    /// <summary>The layer's weight, [out, in] or [out, in, k, k].</summary>
    public Parameter Weight => Layer.Weight;
}
