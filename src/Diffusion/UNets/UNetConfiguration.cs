namespace Slipway.Diffusion.UNets;

/// <summary>
/// The sizes of an SDXL UNet, under the names of diffusers' <c>unet/config.json</c>.
/// </summary>
public sealed record UNetConfiguration
{
    /// <summary>Latent channels in.</summary>
    public int InChannels { get; init; } = 4;

    /// <summary>Latent channels out.</summary>
    public int OutChannels { get; init; } = 4;

    /// <summary>Width and height of the latents that the model was trained on.</summary>
    public int SampleSize { get; init; } = 128;

    /// <summary>Channels of each level, highest resolution first.</summary>
    public IReadOnlyList<int> BlockOutChannels { get; init; } = [320, 640, 1280];

    /// <summary>Which levels have transformers: <c>DownBlock2D</c> has none, <c>CrossAttnDownBlock2D</c> has.</summary>
    public IReadOnlyList<string> DownBlockTypes { get; init; } = ["DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"];

    /// <summary>Residual blocks of a level going down; one more going up.</summary>
    public int LayersPerBlock { get; init; } = 2;

    /// <summary>Transformer blocks behind each residual block, by level (the first is unused where a level has none).</summary>
    public IReadOnlyList<int> TransformerLayersPerBlock { get; init; } = [1, 2, 10];

    /// <summary>
    /// Attention heads by level. diffusers calls the entry <c>attention_head_dim</c>, yet means their number.
    /// </summary>
    public IReadOnlyList<int> AttentionHeads { get; init; } = [5, 10, 20];

    /// <summary>Channels of the text context: both encoders' widths together.</summary>
    public int CrossAttentionDim { get; init; } = 2048;

    /// <summary>Channels of the sinusoidal embedding of each of the six size numbers.</summary>
    public int AdditionTimeEmbedDim { get; init; } = 256;

    /// <summary>Pooled text channels + 6 × <see cref="AdditionTimeEmbedDim"/>.</summary>
    public int ProjectionClassEmbeddingsInputDim { get; init; } = 2816;

    /// <summary>Groups of every group normalisation.</summary>
    public int NormNumGroups { get; init; } = 32;

    /// <summary>Width of the time embedding: four times the first level's channels.</summary>
    public int TimeEmbedDim => BlockOutChannels[0] * 4;

    /// <summary>Whether level <paramref name="level"/> has transformers.</summary>
    public bool HasAttention(int level) => DownBlockTypes[level].StartsWith("CrossAttn", StringComparison.Ordinal);
}
