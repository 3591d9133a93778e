using System.Globalization;
using Slipway.Engine.Options;

namespace Slipway.Training.Options;

/// <summary>How pictures and captions are turned into what the UNet is given, under sd-scripts' option names.</summary>
public sealed record DataOptions
{
    private const int ChunkLength = 75;

    // Chunks of 75 tokens: one, two or three.
    private static Kind<int> Lengths { get; } = new Mapped<string, int>(
        new Word(["75", "150", "225"]), word => int.Parse(word, CultureInfo.InvariantCulture), length => length.ToString(CultureInfo.InvariantCulture))
    { IsNumber = true };

    /// <summary>Its options.</summary>
    public static OptionTable<DataOptions> Declared { get; } = new(option =>
    [
        option.Switch("cache_latents", o => o.CacheLatents, (o, v) => o with { CacheLatents = v }) with
        {
            Says = "Encodes each picture once; false: at every use, which is slow and what `color_aug` and `random_crop` need.",
            SdScripts = "false",
            Metadata = new("ss_cache_latents"),
        },
        option.Of("max_token_length", Lengths, o => o.MaxTokenLength, (o, v) => o with { MaxTokenLength = v }) with
        {
            Says = "Tokens of a caption that count; what is longer is cut off.",
            SdScripts = "",
            Metadata = new("ss_max_token_length") { IsNoneAtDefault = true },
        },
        option.Switch("weighted_captions", o => o.WeightedCaptions, (o, v) => o with { WeightedCaptions = v }) with
        {
            Says = "Takes the brackets of captions for weights, `(word:1.2)`, as a prompt's; without it they are text.",
            SdScripts = "false",
        },
    ]);

    /// <summary>
    /// <c>cache_latents</c>: pictures are encoded once (sd-scripts' default is false). False: at every use, with a new draw of
    /// the posterior, which is slow and what <c>color_aug</c> and <c>random_crop</c> need.
    /// </summary>
    public bool CacheLatents { get; init; } = true;

    /// <summary><c>max_token_length</c>: 75, 150 or 225; what is longer of a caption is cut off.</summary>
    public int MaxTokenLength { get; init; } = ChunkLength;

    /// <summary>
    /// <c>weighted_captions</c>: <c>(word:1.2)</c>, <c>(word)</c> and <c>[word]</c> in captions weigh their words' hidden states, as in a prompt; the
    /// pooled embedding is not weighted.
    /// </summary>
    public bool WeightedCaptions { get; init; }

    /// <summary>Chunks of 75 tokens.</summary>
    internal int Chunks => MaxTokenLength / ChunkLength;
}
