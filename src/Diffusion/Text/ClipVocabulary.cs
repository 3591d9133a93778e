using System.Text.Encodings.Web;
using System.Text.Json;

namespace Slipway.Diffusion.Text;

/// <summary>
/// A small vocabulary in CLIP's format, made from a word list: every listed word is one token, everything else falls
/// apart into smaller ones. The same words give the same vocabulary, in whatever order they come.
/// </summary>
/// <param name="Tokens">The tokens; a token's id is its place: 256 bytes, 256 bytes at a word's end, merges, BOS, EOS.</param>
/// <param name="Merges">The merges, first to last.</param>
public sealed record ClipVocabulary(IReadOnlyList<string> Tokens, IReadOnlyList<(string Left, string Right)> Merges)
{
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, WriteIndented = true, NewLine = "\n" };

    /// <summary>Learns merges, always the most frequent pair, until each word that CLIP would cut out of <paramref name="words"/> is one token (palm_tree: palm, _ and tree).</summary>
    public static ClipVocabulary Build(IEnumerable<string> words)
    {
        var pending = words.SelectMany(word => ClipText.Words(ClipText.Clean(word))).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
        var text = pending.Where(word => word is not (ClipTokenizer.Bos or ClipTokenizer.Eos)).ToList();
        var pairs = new List<(string Left, string Right)>();
        // Encoded anew after each merge, as a reader of the files will: a merge can make room for an earlier one.
        while (MostFrequent(Encoded(text, pairs)) is { } pair)
            pairs.Add(pair);

        return new ClipVocabulary(AllTokens(pairs), pairs);
    }

    /// <summary>Builds the vocabulary and writes a folder that <see cref="ClipTokenizer.Load"/> reads.</summary>
    /// <param name="folder">Made if it does not exist.</param>
    /// <param name="words">Words or tags.</param>
    /// <param name="padToken">The token that fills up to 77 ids: SDXL's first tokenizer has EOS, its second <c>!</c>.</param>
    /// <exception cref="ArgumentException">The padding token is not in the vocabulary.</exception>
    public static void Write(string folder, IEnumerable<string> words, string padToken) => Build(words).Write(folder, padToken);

    /// <summary>Writes a folder that <see cref="ClipTokenizer.Load"/> reads.</summary>
    /// <exception cref="ArgumentException">The padding token is not in the vocabulary.</exception>
    public void Write(string folder, string padToken)
    {
        if (!Tokens.Contains(padToken, StringComparer.Ordinal))
            throw new ArgumentException($"The padding token '{padToken}' is not in the vocabulary.", nameof(padToken));
        Directory.CreateDirectory(folder);
        WriteJson(folder, "vocab.json", Tokens.Index().ToDictionary(token => token.Item, token => token.Index, StringComparer.Ordinal));
        File.WriteAllText(Path.Combine(folder, "merges.txt"), string.Concat(Merges.Select(pair => $"{pair.Left} {pair.Right}\n").Prepend("#version: 0.2\n")));
        var specials = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["bos_token"] = ClipTokenizer.Bos,
            ["eos_token"] = ClipTokenizer.Eos,
            ["pad_token"] = padToken,
            ["unk_token"] = ClipTokenizer.Eos,
        };
        WriteJson(folder, "special_tokens_map.json", specials);
        specials["model_max_length"] = ClipTokenizer.Length;
        specials["tokenizer_class"] = "CLIPTokenizer";
        WriteJson(folder, "tokenizer_config.json", specials);
    }

    private static void WriteJson<T>(string folder, string file, T content) => File.WriteAllText(Path.Combine(folder, file), JsonSerializer.Serialize(content, Json) + "\n");

    private static List<string[]> Encoded(List<string> words, List<(string Left, string Right)> merges)
    {
        var tokens = AllTokens(merges);
        var encoding = new BytePairEncoding(tokens.Index().ToDictionary(token => token.Item, token => token.Index, StringComparer.Ordinal), merges);
        return [.. words.Select(word => encoding.Encode(word).Select(id => tokens[id]).ToArray())];
    }

    private static (string Left, string Right)? MostFrequent(List<string[]> words)
    {
        var pairs = words.SelectMany(units => units.Zip(units.Skip(1))).CountBy(pair => pair).ToList();
        return pairs.Count == 0 ? null : pairs
            .OrderByDescending(pair => pair.Value)
            .ThenBy(pair => pair.Key.First, StringComparer.Ordinal)
            .ThenBy(pair => pair.Key.Second, StringComparer.Ordinal)
            .First().Key;
    }

    /// <summary>Two merges can give the same token (ab + c, a + bc): it has one id.</summary>
    private static List<string> AllTokens(List<(string Left, string Right)> merges)
    {
        var units = ByteUnits.InVocabularyOrder.Select(unit => unit.ToString()).ToList();
        return
        [
            .. units,
            .. units.Select(unit => unit + BytePairEncoding.WordEnd),
            .. merges.Select(pair => pair.Left + pair.Right).Distinct(StringComparer.Ordinal),
            ClipTokenizer.Bos,
            ClipTokenizer.Eos,
        ];
    }
}
