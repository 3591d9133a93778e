using System.Globalization;
using System.Text.RegularExpressions;
using Slipway.Diffusion.Checkpoints;
using Slipway.Diffusion.Model;
using Slipway.Diffusion.Modules;
using Slipway.Training.Networks.Adapters;
using Slipway.Training.Options;
using Module = TorchSharp.torch.nn.Module;

namespace Slipway.Training.Networks;

/// <summary>
/// sd-scripts' rules for what LoRA is attached to: in the UNet every linear layer inside a transformer and, with
/// <c>conv_dim</c>, every layer of resnets, down- and upsamplers; in a text encoder attention and MLP projections.
/// Never time and label embeddings, <c>conv_in</c> and <c>conv_out</c>. All lists are in sd-scripts' order.
/// </summary>
public static partial class LoraTargets
{
    /// <summary>The layers of a UNet that get a branch.</summary>
    public static IEnumerable<LoraTarget> OfUNet(Module unet, bool convolutions) =>
        AllOfUNet(unet).Where(t => TransformerPart().IsMatch(t.Path) || (convolutions && ConvolutionalPart().IsMatch(t.Path)));

    /// <param name="encoder">A CLIP text encoder with Hugging Face's module names.</param>
    /// <param name="prefix"><c>lora_te1</c> or <c>lora_te2</c>.</param>
    /// <param name="usesLastLayer">
    /// Whether the model takes anything from behind the last layer: SDXL takes the second encoder's pooled embedding there,
    /// and of the first encoder only what goes into its last layer.
    /// </param>
    public static IEnumerable<LoraTarget> OfTextEncoder(Module encoder, string prefix, bool usesLastLayer) =>
        AllOfTextEncoder(encoder, prefix, usesLastLayer).Where(t => EncoderPart().IsMatch(t.Path));

    /// <summary>Every layer of the model that other trainers may attach a branch to: all linear layers and convolutions.</summary>
    public static IReadOnlyList<LoraTarget> All(SdxlModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        model.RequireTextEncoders();
        return [.. All(model.TextEncoder1, model.TextEncoder2, model.UNet).Select(target => target with { Stored = model.Stored })];
    }

    /// <summary>The layers of a model that is given by its parts, which may be without memory.</summary>
    public static IReadOnlyList<LoraTarget> All(Module textEncoder1, Module textEncoder2, Module unet) =>
    [
        .. AllOfTextEncoder(textEncoder1, "lora_te1", usesLastLayer: false),
        .. AllOfTextEncoder(textEncoder2, "lora_te2", usesLastLayer: true),
        .. AllOfUNet(unet),
    ];

    private static IEnumerable<LoraTarget> AllOfUNet(Module unet)
    {
        ArgumentNullException.ThrowIfNull(unet);
        var modules = unet.named_modules().ToList();
        var layout = new UNetLayout(modules.Select(m => m.name));
        return modules.Where(m => m.module is WeightedLayer)
            .Select(m => (Place: layout.SingleFilePath(m.name), m.name, module: (WeightedLayer)m.module))
            .OrderBy(m => m.Place, KohyaOrder.Instance)
            .Select(m => new LoraTarget(KohyaName("lora_unet", m.Place), "unet." + m.name, m.module, LoraGroup.UNet, IsReached: true));
    }

    private static IEnumerable<LoraTarget> AllOfTextEncoder(Module encoder, string prefix, bool usesLastLayer)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        var layers = encoder.named_modules().Where(m => m.module is LinearLayer).Select(m => (m.name, module: (WeightedLayer)m.module)).ToList();
        var last = layers.Max(l => LayerIndex(l.name) ?? 0);
        var part = prefix == "lora_te1" ? "text_encoder." : "text_encoder_2.";
        return layers.OrderBy(l => l.name, KohyaOrder.Instance)
            .Select(l => new LoraTarget(KohyaName(prefix, l.name), part + l.name, l.module, LoraGroup.TextEncoder, usesLastLayer || LayerIndex(l.name) < last));
    }

    private static int? LayerIndex(string path) =>
        EncoderPart().Match(path) is { Success: true } match ? int.Parse(match.Groups["layer"].ValueSpan, CultureInfo.InvariantCulture) : null;

    private static string KohyaName(string prefix, string path) => prefix + "_" + path.Replace('.', '_');

    [GeneratedRegex(@"\.attentions\.\d+\.(proj_in$|proj_out$|transformer_blocks\.)", RegexOptions.ExplicitCapture, Timeout.Infinite)]
    private static partial Regex TransformerPart();

    [GeneratedRegex(@"\.(resnets|downsamplers|upsamplers)\.\d+\.", RegexOptions.ExplicitCapture, Timeout.Infinite)]
    private static partial Regex ConvolutionalPart();

    [GeneratedRegex(@"\.layers\.(?<layer>\d+)\.(self_attn|mlp)\.(q_proj|k_proj|v_proj|out_proj|fc1|fc2)$", RegexOptions.ExplicitCapture, Timeout.Infinite)]
    private static partial Regex EncoderPart();
}
