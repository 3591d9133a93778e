namespace Slipway.Diffusion.Text;

/// <summary>The sizes of a CLIP text encoder, under the names of its <c>config.json</c>.</summary>
/// <remarks>The defaults are CLIP-L's, SDXL's first encoder.</remarks>
public sealed record ClipTextConfiguration
{
    /// <summary>OpenCLIP bigG's sizes, SDXL's second encoder.</summary>
    public static ClipTextConfiguration BigG { get; } = new()
    {
        HiddenSize = 1280,
        IntermediateSize = 5120,
        NumHiddenLayers = 32,
        NumAttentionHeads = 20,
        HiddenAct = "gelu",
        ProjectionDim = 1280,
        WithProjection = true,
    };

    /// <summary>Number of token ids.</summary>
    public int VocabSize { get; init; } = 49408;

    /// <summary>Channels of the hidden states.</summary>
    public int HiddenSize { get; init; } = 768;

    /// <summary>Channels inside the feed-forward part.</summary>
    public int IntermediateSize { get; init; } = 3072;

    /// <summary>Number of layers.</summary>
    public int NumHiddenLayers { get; init; } = 12;

    /// <summary>Attention heads.</summary>
    public int NumAttentionHeads { get; init; } = 12;

    /// <summary>Tokens of a chunk, begin and end included.</summary>
    public int MaxPositionEmbeddings { get; init; } = 77;

    /// <summary><c>quick_gelu</c> (x·σ(1.702x), CLIP-L) or <c>gelu</c> (erf, bigG).</summary>
    public string HiddenAct { get; init; } = "quick_gelu";

    /// <summary>Width of the projected pooled embedding.</summary>
    public int ProjectionDim { get; init; } = 768;

    /// <summary>Whether there is a projection (<c>CLIPTextModelWithProjection</c>, SDXL's second encoder).</summary>
    public bool WithProjection { get; init; }
}
