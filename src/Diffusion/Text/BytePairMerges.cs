using System.Text;

namespace Slipway.Diffusion.Text;

/// <summary>
/// Byte-pair encoding of single words (Sennrich et al. 2016), over bytes, with <c>&lt;/w&gt;</c> on a word's last unit.
/// A merge that was added earlier goes first.
/// </summary>
internal sealed class BytePairMerges
{
    public const string WordEnd = "</w>";

    /// <summary>Encoding takes quadratic time; nothing that a person writes as one word is longer.</summary>
    private const int LongestWord = 4096;

    private readonly Dictionary<(string Left, string Right), int> _ranks = [];

    /// <summary>Adds the next merge; false where it is there already.</summary>
    public bool Add(string left, string right) => _ranks.TryAdd((left, right), _ranks.Count);

    /// <summary>The tokens of a word, given every merge so far.</summary>
    /// <exception cref="ArgumentException">The word is longer than any word.</exception>
    public List<string> Encode(string word)
    {
        var bytes = Encoding.UTF8.GetBytes(word);
        if (bytes.Length > LongestWord)
            throw new ArgumentException($"The text holds a word of {bytes.Length} bytes ('{word[..20]}…'); expected at most {LongestWord}.", nameof(word));
        var units = bytes.Select(value => ByteUnits.ToUnit(value).ToString()).ToList();
        units[^1] += WordEnd;
        while (FirstMerge(units) is { } pair)
            units = Merge(units, pair);
        return units;
    }

    private (string Left, string Right)? FirstMerge(List<string> units)
    {
        (string Left, string Right)? first = null;
        var lowest = int.MaxValue;
        for (var index = 1; index < units.Count; index++)
            if (_ranks.TryGetValue((units[index - 1], units[index]), out var rank) && rank < lowest)
                (first, lowest) = ((units[index - 1], units[index]), rank);
        return first;
    }

    private static List<string> Merge(List<string> units, (string Left, string Right) pair)
    {
        var merged = new List<string>(units.Count);
        for (var index = 0; index < units.Count; index++)
        {
            if (index + 1 < units.Count && units[index] == pair.Left && units[index + 1] == pair.Right)
                merged.Add(pair.Left + units[++index]);
            else
                merged.Add(units[index]);
        }

        return merged;
    }
}
