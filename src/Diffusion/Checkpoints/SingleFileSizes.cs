using Slipway.Diffusion.Files;
using Slipway.Diffusion.Text;
using Slipway.Diffusion.UNets;
using Slipway.Diffusion.Vae;

namespace Slipway.Diffusion.Checkpoints;

/// <summary>
/// The sizes of an SDXL model as the shapes of a single-file checkpoint tell them. What shapes cannot tell is SDXL's:
/// attention heads of 64 channels, groups of 32, the latent scale, the activation functions. A tensor that is missing
/// counts as SDXL's own; that it is missing is for the loader to say.
/// </summary>
/// <param name="tensors">The checkpoint's tensors by name.</param>
/// <param name="withHeads">Whether the numbers of attention heads must be told; no weight depends on them.</param>
internal sealed class SingleFileSizes(IReadOnlyDictionary<string, TensorEntry> tensors, bool withHeads = true)
{
    private const int HeadDim = 64;
    private const int MostChannels = 1 << 16;
    private const int SizeNumbers = 6;

    /// <summary>CLIP-L, the first encoder, in Hugging Face's names.</summary>
    public ClipTextConfiguration TextEncoder1()
    {
        const string Model = SingleFileKeys.TextEncoder1Prefix + "text_model.";
        var usual = new ClipTextConfiguration();
        var hidden = Size(Model + "embeddings.token_embedding.weight", 1, usual.HiddenSize);
        return usual with
        {
            VocabSize = Size(Model + "embeddings.token_embedding.weight", 0, usual.VocabSize),
            HiddenSize = hidden,
            IntermediateSize = Size(Model + "encoder.layers.0.mlp.fc1.weight", 0, usual.IntermediateSize),
            NumHiddenLayers = Count(i => $"{Model}encoder.layers.{i}.mlp.fc1.weight", usual.NumHiddenLayers),
            NumAttentionHeads = Heads(hidden, "text_encoder/config.json", "num_attention_heads"),
            MaxPositionEmbeddings = Size(Model + "embeddings.position_embedding.weight", 0, usual.MaxPositionEmbeddings),
            ProjectionDim = hidden,
        };
    }

    /// <summary>OpenCLIP bigG, the second encoder, in open_clip's names.</summary>
    public ClipTextConfiguration TextEncoder2()
    {
        const string Model = SingleFileKeys.TextEncoder2Prefix;
        var usual = ClipTextConfiguration.BigG;
        var hidden = Size(Model + "token_embedding.weight", 1, usual.HiddenSize);
        return usual with
        {
            VocabSize = Size(Model + "token_embedding.weight", 0, usual.VocabSize),
            HiddenSize = hidden,
            IntermediateSize = Size(Model + "transformer.resblocks.0.mlp.c_fc.weight", 0, usual.IntermediateSize),
            NumHiddenLayers = Count(i => $"{Model}transformer.resblocks.{i}.mlp.c_fc.weight", usual.NumHiddenLayers),
            NumAttentionHeads = Heads(hidden, "text_encoder_2/config.json", "num_attention_heads"),
            MaxPositionEmbeddings = Size(Model + "positional_embedding", 0, usual.MaxPositionEmbeddings),
            ProjectionDim = Size(Model + "text_projection", 1, hidden),
        };
    }

    /// <summary>The denoising network.</summary>
    /// <param name="pooledDim">Channels of the pooled text embedding (second encoder).</param>
    public UNetConfiguration UNet(int pooledDim)
    {
        const string Model = SingleFileKeys.UNetPrefix;
        var levels = Levels(Model);
        if (levels.Count == 0)
            return new UNetConfiguration();
        var usual = new UNetConfiguration();
        var embedding = Size(Model + "label_emb.0.0.weight", 1, usual.ProjectionClassEmbeddingsInputDim);
        var firstAttention = levels.SelectMany(level => level.Blocks).FirstOrDefault(block => Depth(Model, block) > 0);
        return usual with
        {
            InChannels = Size(Model + "input_blocks.0.0.weight", 1, usual.InChannels),
            OutChannels = Size(Model + "out.2.weight", 0, usual.OutChannels),
            BlockOutChannels = [.. levels.Select(level => level.Channels)],
            DownBlockTypes = [.. levels.Select(level => level.Depth > 0 ? "CrossAttnDownBlock2D" : "DownBlock2D")],
            LayersPerBlock = levels[0].Blocks.Count,
            TransformerLayersPerBlock = [.. levels.Select(level => Math.Max(level.Depth, 1))],
            AttentionHeads = [.. levels.Select(level => level.Depth > 0 ? Heads(level.Channels, "unet/config.json", "attention_head_dim") : Math.Max(1, level.Channels / HeadDim))],
            CrossAttentionDim = Size($"{Model}input_blocks.{firstAttention}.1.transformer_blocks.0.attn2.to_k.weight", 1, usual.CrossAttentionDim),
            AdditionTimeEmbedDim = (embedding - pooledDim) / SizeNumbers,
            ProjectionClassEmbeddingsInputDim = embedding,
        };
    }

    /// <summary>The autoencoder.</summary>
    public VaeConfiguration Vae()
    {
        const string Model = SingleFileKeys.VaePrefix;
        var usual = new VaeConfiguration();
        var levels = Count(i => $"{Model}encoder.down.{i}.block.0.conv1.weight", 0);
        return levels == 0 ? usual : usual with
        {
            InChannels = Size(Model + "encoder.conv_in.weight", 1, usual.InChannels),
            BlockOutChannels = [.. Enumerable.Range(0, levels).Select(i => Size($"{Model}encoder.down.{i}.block.0.conv1.weight", 0, 1))],
            LayersPerBlock = Count(j => $"{Model}encoder.down.0.block.{j}.conv1.weight", usual.LayersPerBlock),
            LatentChannels = Size(Model + "post_quant_conv.weight", 0, usual.LatentChannels),
        };
    }

    /// <summary>The levels going down: residual blocks up to the next downsampling.</summary>
    private List<(int Channels, List<int> Blocks, int Depth)> Levels(string model)
    {
        var levels = new List<(int Channels, List<int> Blocks, int Depth)>();
        var blocks = new List<int>();
        for (var block = 1; ; block++)
        {
            if (tensors.ContainsKey($"{model}input_blocks.{block}.0.in_layers.2.weight"))
            {
                blocks.Add(block);
                continue;
            }

            if (blocks.Count > 0)
                levels.Add((Size($"{model}input_blocks.{blocks[0]}.0.in_layers.2.weight", 0, 1), blocks, Depth(model, blocks[0])));
            if (!tensors.ContainsKey($"{model}input_blocks.{block}.0.op.weight"))
                return levels;
            blocks = [];
        }
    }

    private int Depth(string model, int block) => Count(i => $"{model}input_blocks.{block}.1.transformer_blocks.{i}.attn1.to_q.weight", 0);

    /// <summary>How many numbered names there are, counted from 0.</summary>
    private int Count(Func<int, string> name, int otherwise)
    {
        var count = 0;
        while (tensors.ContainsKey(name(count)))
            count++;
        return count == 0 ? otherwise : count;
    }

    private int Size(string name, int axis, int otherwise) =>
        tensors.TryGetValue(name, out var tensor) && axis < tensor.Shape.Count && tensor.Shape[axis] is >= 1 and <= MostChannels and var size
            ? (int)size
            : otherwise;

    private int Heads(int channels, string file, string entry) => !withHeads || channels % HeadDim == 0
        ? Math.Max(1, channels / HeadDim)
        : throw new InvalidDataException(
            $"shapes cannot tell the number of attention heads: {channels} channels are no multiple of SDXL's {HeadDim} a head. State `{entry}` in {file}, in a folder named as the checkpoint is, beside it");
}
