using System.Text;

namespace Slipway.Pipeline.Commands.Preflights;

/// <summary>As much of a caption as the text encoders see.</summary>
/// <param name="count">Tokens of a text.</param>
/// <param name="most">Tokens that count, of <c>max_token_length</c>.</param>
internal sealed class SeenText(Func<string, int> count, int most)
{
    /// <summary>Tokens that count.</summary>
    public int Most => most;

    /// <summary>Tokens of a text.</summary>
    public int Tokens(string text) => count(text);

    /// <summary>The text up to the last word that is seen whole.</summary>
    public string Of(string text)
    {
        // A token has at least one byte.
        if (Encoding.UTF8.GetByteCount(text) <= most || count(text) <= most)
            return text;
        int[] ends = [.. Enumerable.Range(0, text.Length).Where(i => IsEnd(text, i))];
        var (fits, next) = (0, ends.Length);
        while (next - fits > 1)
        {
            var middle = (fits + next) / 2;
            if (count(text[..ends[middle]]) <= most)
                fits = middle;
            else
                next = middle;
        }

        return text[..ends[fits]];
    }

    // Behind a word; scripts that write no spaces may end anywhere.
    private static bool IsEnd(string text, int i) => i == 0 || char.IsWhiteSpace(text[i]) || text[i] == ',' || (text[i] >= 0x2E80 && !char.IsLowSurrogate(text[i]));
}
