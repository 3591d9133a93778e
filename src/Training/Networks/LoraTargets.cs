using System.Text.RegularExpressions;
using Slipway.Diffusion;
using TorchSharp.Modules;
using Module = TorchSharp.torch.nn.Module;

namespace Slipway.Training;

/// <summary>
/// sd-scripts' rules for what LoRA is attached to: in the UNet every linear layer inside a transformer and, with
/// <c>conv_dim</c>, every layer of resnets, down- and upsamplers; in a text encoder attention and MLP projections.
/// Never time and label embeddings, <c>conv_in</c> and <c>conv_out</c>.
/// </summary>
public static partial class LoraTargets
{
    public static IEnumerable<LoraTarget> OfUNet(Module unet, bool convolutions)
    {
        ArgumentNullException.ThrowIfNull(unet);
        var modules = unet.named_modules().ToList();
        var layout = new UNetLayout(modules.Select(m => m.name));
        foreach (var (path, module) in modules)
        {
            if (module is (Linear or Conv2d) && (TransformerPart().IsMatch(path) || (convolutions && ConvolutionalPart().IsMatch(path))))
                yield return new LoraTarget(KohyaName("lora_unet", layout.SingleFilePath(path)), module, LoraGroup.UNet, IsReached: true);
        }
    }

    /// <param name="encoder">A CLIP text encoder with Hugging Face's module names.</param>
    /// <param name="prefix"><c>lora_te1</c> or <c>lora_te2</c>.</param>
    /// <param name="usesLastLayer">
    /// Whether the model takes anything from behind the last layer: SDXL takes the second encoder's pooled embedding there,
    /// and of the first encoder only what goes into its last layer.
    /// </param>
    public static IEnumerable<LoraTarget> OfTextEncoder(Module encoder, string prefix, bool usesLastLayer)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        var layers = encoder.named_modules()
            .Select(m => (Path: m.name, m.module, Match: EncoderPart().Match(m.name)))
            .Where(m => m.Match.Success && m.module is Linear)
            .Select(m => (m.Path, m.module, Index: int.Parse(m.Match.Groups["layer"].Value)))
            .ToList();
        var last = layers.Count > 0 ? layers.Max(l => l.Index) : 0;
        return layers.Select(l => new LoraTarget(KohyaName(prefix, l.Path), l.module, LoraGroup.TextEncoder, usesLastLayer || l.Index < last));
    }

    private static string KohyaName(string prefix, string path) => prefix + "_" + path.Replace('.', '_');

    [GeneratedRegex(@"\.attentions\.\d+\.(proj_in$|proj_out$|transformer_blocks\.)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex TransformerPart();

    [GeneratedRegex(@"\.(resnets|downsamplers|upsamplers)\.\d+\.", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ConvolutionalPart();

    [GeneratedRegex(@"\.layers\.(?<layer>\d+)\.(self_attn|mlp)\.(q_proj|k_proj|v_proj|out_proj|fc1|fc2)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex EncoderPart();
}
