using Slipway.Diffusion.Checkpoints;

namespace Slipway.Training.LoraFiles;

/// <summary>
/// The names of SDXL's layers without a model, in both layouts: three levels of blocks, attention beside all but the finest, so many
/// resnets a level as the model has. There are names for more text encoder layers and transformers than any SDXL model has.
/// </summary>
internal static class SdxlLayers
{
    /// <summary>SDXL's own number of resnets at each level on the way down.</summary>
    public const int LayersPerBlock = 2;

    private const int MostEncoderLayers = 32;
    private const int MostTransformers = 10;

    private static readonly string[] Outside = ["conv_in", "conv_out", "time_embedding.linear_1", "time_embedding.linear_2", "add_embedding.linear_1", "add_embedding.linear_2"];
    private static readonly string[] Resnet = ["conv1", "time_emb_proj", "conv2", "conv_shortcut"];
    private static readonly string[] Encoder = ["self_attn.k_proj", "self_attn.v_proj", "self_attn.q_proj", "self_attn.out_proj", "mlp.fc1", "mlp.fc2"];
    private static readonly string[] Transformer =
    [
        .. new[] { "attn1", "attn2" }.SelectMany(attention => new[] { "to_q", "to_k", "to_v", "to_out.0" }.Select(part => $"{attention}.{part}")), "ff.net.0.proj", "ff.net.2",
    ];

    /// <summary>All names.</summary>
    /// <param name="layersPerBlock">Resnets at each level on the way down; there is one more on the way up.</param>
    public static IEnumerable<LayerName> All(int layersPerBlock)
    {
        string[] unet = [.. Outside, .. Blocks(layersPerBlock)];
        var layout = new UNetLayout(unet);
        return unet.Select(path => new LayerName("lora_unet_" + layout.SingleFilePath(path).Replace('.', '_'), "unet." + path))
            .Concat(EncoderPaths().SelectMany(path => new[] { ("lora_te1_", "text_encoder."), ("lora_te2_", "text_encoder_2.") }
                .Select(part => new LayerName(part.Item1 + path.Replace('.', '_'), part.Item2 + path))));
    }

    private static IEnumerable<string> EncoderPaths() =>
        Enumerable.Range(0, MostEncoderLayers).SelectMany(layer => Encoder.Select(part => $"text_model.encoder.layers.{layer}.{part}")).Append("text_projection");

    private static IEnumerable<string> Blocks(int layersPerBlock)
    {
        for (var level = 0; level < 3; level++)
        {
            var (down, up) = (Enumerable.Range(0, layersPerBlock), Enumerable.Range(0, layersPerBlock + 1));
            foreach (var path in down.SelectMany(i => Block($"down_blocks.{level}", i, hasAttention: level > 0)).Concat(up.SelectMany(i => Block($"up_blocks.{level}", i, hasAttention: level < 2))))
                yield return path;
            if (level == 2)
                continue;
            yield return $"down_blocks.{level}.downsamplers.0.conv";
            yield return $"up_blocks.{level}.upsamplers.0.conv";
        }
        foreach (var path in Block("mid_block", 0, hasAttention: true).Concat(Block("mid_block", 1, hasAttention: false)))
            yield return path;
    }

    private static IEnumerable<string> Block(string block, int index, bool hasAttention)
    {
        var resnets = Resnet.Select(part => $"{block}.resnets.{index}.{part}");
        return hasAttention
            ? [.. resnets, $"{block}.attentions.{index}.proj_in", .. Enumerable.Range(0, MostTransformers).SelectMany(i => Transformer.Select(part => $"{block}.attentions.{index}.transformer_blocks.{i}.{part}")), $"{block}.attentions.{index}.proj_out"]
            : resnets;
    }
}
