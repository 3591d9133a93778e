namespace Slipway.Training.Options;

/// <summary>How pictures and captions are turned into what the UNet is given, under sd-scripts' option names.</summary>
public sealed record DataOptions
{
    private const int ChunkLength = 75;
    private const int MostChunks = 3;

    /// <summary>
    /// <c>cache_latents</c>: pictures are encoded once (sd-scripts' default is false). False: at every use, with a new draw of
    /// the posterior, which is slow and what <c>color_aug</c> and <c>random_crop</c> need.
    /// </summary>
    public bool CacheLatents { get; init; } = true;

    /// <summary><c>max_token_length</c>: 75, 150 or 225; what is longer of a caption is cut off.</summary>
    public int MaxTokenLength { get; init; } = ChunkLength;

    /// <summary>Chunks of 75 tokens.</summary>
    internal int Chunks => MaxTokenLength / ChunkLength;

    internal IEnumerable<string> Problems()
    {
        if (MaxTokenLength % ChunkLength != 0 || Chunks is < 1 or > MostChunks) yield return $"max_token_length: {MaxTokenLength}; use 75, 150 or 225.";
    }
}
