using System.Text;
using Microsoft.ML.Tokenizers;

namespace Slipway.Diffusion.Text;

/// <summary>
/// Byte-pair encoding of single words (Sennrich et al. 2016), over bytes, with <c>&lt;/w&gt;</c> on a word's last unit.
/// An earlier merge goes first. Microsoft.ML.Tokenizers does the merging.
/// </summary>
internal sealed class BytePairEncoding
{
    public const string WordEnd = "</w>";

    /// <summary>Encoding takes a tenth of a second at this length, and quadratic time; nothing that a person writes as one word is longer.</summary>
    private const int LongestWord = 16_384;

    private readonly BpeTokenizer _merging;

    /// <param name="vocabulary">Ids of all tokens: single units, these at a word's end, and what each merge gives.</param>
    /// <param name="merges">First to last.</param>
    public BytePairEncoding(IReadOnlyDictionary<string, int> vocabulary, IEnumerable<(string Left, string Right)> merges)
    {
        _merging = BpeTokenizer.Create(new BpeOptions(vocabulary)
        {
            Merges = merges.Select(merge => $"{merge.Left} {merge.Right}"),
            ByteLevel = true,
            EndOfWordSuffix = WordEnd,
        });
    }

    /// <summary>The ids of a word's tokens. Half a surrogate pair counts as the replacement character, as in any UTF-8 text.</summary>
    /// <exception cref="ArgumentException">The word is longer than any word.</exception>
    public IReadOnlyList<int> Encode(string word)
    {
        var bytes = Encoding.UTF8.GetBytes(word);
        if (bytes.Length > LongestWord)
            throw new ArgumentException($"The text holds a word of {bytes.Length} bytes ('{word[..20]}…'); expected at most {LongestWord}.", nameof(word));
        return _merging.EncodeToIds(Encoding.UTF8.GetString(bytes), considerPreTokenization: false, considerNormalization: false);
    }
}
