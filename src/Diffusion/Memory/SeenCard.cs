using System.Globalization;

namespace Slipway.Diffusion.Memory;

/// <summary>
/// Which of the cards that NVIDIA's driver lists this process computes on: the first of those that <c>CUDA_VISIBLE_DEVICES</c> lets it see. The driver's
/// tool knows nothing of that variable.
/// </summary>
internal static class SeenCard
{
    private const string UniqueName = "GPU-";
    private const string DriversOrder = "PCI_BUS_ID";

    /// <summary>What the tool has to be asked for before all else.</summary>
    public const string Fields = "index,uuid,name";

    /// <summary>What the tool says of the card behind <see cref="Fields"/>; null where there is none, or nobody can tell which it is.</summary>
    /// <param name="listing">Lines of the tool, in the driver's order.</param>
    /// <param name="visible"><c>CUDA_VISIBLE_DEVICES</c>: numbers, or unique names or their beginnings; null where it is not set.</param>
    /// <param name="order"><c>CUDA_DEVICE_ORDER</c>: unless it says the driver's, CUDA counts the fastest card first, and of one model as the driver does.</param>
    public static string? Of(string listing, string? visible, string? order)
    {
        var cards = listing.Split('\n').Select(line => line.Split(',', 4, StringSplitOptions.TrimEntries)).Where(parts => parts.Length == 4 && IsNumber(parts[0], out _)).ToList();
        var first = visible?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).FirstOrDefault() ?? "0";
        if (first.StartsWith(UniqueName, StringComparison.Ordinal))
            return cards.Where(parts => parts[1].StartsWith(first, StringComparison.Ordinal)).Select(parts => parts[3]).FirstOrDefault();
        var isCounted = order == DriversOrder || cards.Select(parts => parts[2]).Distinct(StringComparer.Ordinal).Count() == 1;
        return isCounted && IsNumber(first, out var number) && number < cards.Count ? cards[number][3] : null;
    }

    private static bool IsNumber(string text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
