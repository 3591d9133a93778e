using Slipway.Pipeline.Plans.Yaml;
using Slipway.Training.Options;

namespace Slipway.Pipeline.Plans.Versions;

/// <summary>
/// Reads ranks, alphas and rates by blocks of the UNet under sd-scripts' names. Lists must be whole: sd-scripts fills short ones
/// with 1 and cuts long ones.
/// </summary>
internal static class BlockReader
{
    private const int Blocks = 23;
    private const int Down = 9;
    private const int Middle = 3;
    private const int LargestRank = 4096;

    // sd-scripts' words for a list of nine.
    private static readonly string[] Ramps = ["sine", "cosine", "linear", "reverse_linear", "zeros"];

    public static BlockOptions Read(MappingReader reader) => new()
    {
        BlockDims = Ranks(reader, "block_dims"),
        BlockAlphas = reader.OptionalNumbers("block_alphas", Blocks, 0),
        ConvBlockDims = Ranks(reader, "conv_block_dims"),
        ConvBlockAlphas = reader.OptionalNumbers("conv_block_alphas", Blocks, 0),
        DownLrWeight = Weights(reader, "down_lr_weight"),
        MidLrWeight = reader.OptionalNumbers("mid_lr_weight", Middle, 0),
        UpLrWeight = Weights(reader, "up_lr_weight"),
        BlockLrZeroThreshold = reader.OptionalNumber("block_lr_zero_threshold", 0) ?? 0,
    };

    private static List<int>? Ranks(MappingReader reader, string key)
    {
        var ranks = reader.OptionalNumbers(key, Blocks, 0, LargestRank);
        if (ranks?.All(double.IsInteger) == false)
            reader.Problem(key, "must be whole numbers.");
        return ranks?.Select(rank => (int)rank).ToList();
    }

    private static IReadOnlyList<double>? Weights(MappingReader reader, string key)
    {
        if (reader.IsUnset(key) || reader.FindText(key) is not { } text || !Ramps.Contains(text.Split('+')[0], StringComparer.Ordinal))
            return reader.OptionalNumbers(key, Down, 0);
        _ = reader.Text(key);
        if (Ramp(text) is { } weights)
            return weights;
        reader.Problem(key, $"must be {Down} numbers, or one of {string.Join(", ", Ramps)} with a number added or not, such as `sine+0.25`, but is `{text}`.");
        return null;
    }

    private static List<double>? Ramp(string text)
    {
        var (name, added) = text.Split('+', 2) is [var first, var rest] ? (first, rest) : (text, "0");
        if (!double.TryParse(added, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out var least) || !(least >= 0 && double.IsFinite(least)))
            return null;
        return [.. Enumerable.Range(0, Down).Select(i => least + name switch
        {
            "sine" => Math.Sin(Math.PI / 2 * i / (Down - 1)),
            "cosine" => Math.Sin(Math.PI / 2 * (Down - 1 - i) / (Down - 1)),
            "linear" => (double)i / (Down - 1),
            "reverse_linear" => (double)(Down - 1 - i) / (Down - 1),
            _ => 0,
        })];
    }
}
