using System.Globalization;

namespace Slipway.Training.Options;

/// <summary>sd-scripts' words for a list of weights that rise or fall from block to block, with a number added or not: <c>sine+0.25</c>.</summary>
internal static class LrRamp
{
    private static readonly string[] Words = ["sine", "cosine", "linear", "reverse_linear", "zeros"];

    /// <summary>What it is, in words.</summary>
    public static string Expected => $"one of {string.Join(", ", Words)} with a number added or not, such as `sine+0.25`";

    /// <summary>Whether a text means to be one.</summary>
    public static bool IsOne(string text) => Words.Contains(text.Split('+')[0], StringComparer.Ordinal);

    /// <summary>So many weights; null where the text is none.</summary>
    public static IReadOnlyList<double>? Parse(string text, int count)
    {
        var (name, added) = text.Split('+', 2) is [var first, var rest] ? (first, rest) : (text, "0");
        if (!IsOne(text) || !double.TryParse(added, NumberStyles.Float, CultureInfo.InvariantCulture, out var least) || !(least >= 0 && double.IsFinite(least)))
            return null;
        var last = count - 1;
        return [.. Enumerable.Range(0, count).Select(i => least + name switch
        {
            "sine" => Math.Sin(Math.PI / 2 * i / last),
            "cosine" => Math.Sin(Math.PI / 2 * (last - i) / last),
            "linear" => (double)i / last,
            "reverse_linear" => (double)(last - i) / last,
            _ => 0,
        })];
    }
}
