using System.Text.Json;
using Slipway.Diffusion.Files;

namespace Slipway.Diffusion.Text;

/// <summary>
/// CLIP's tokenizer (Radford et al. 2021): byte-level byte-pair encoding of lower-case text, from a folder with
/// <c>vocab.json</c>, <c>merges.txt</c> and, for the padding token, <c>tokenizer_config.json</c> or
/// <c>special_tokens_map.json</c>. As in OpenAI's code and sd-scripts, a padding token <c>!</c> is no special token
/// inside a text.
/// </summary>
public sealed class ClipTokenizer
{
    /// <summary>Token ids of one encoded text: BOS, up to 75 tokens, EOS, padding.</summary>
    public const int Length = 77;

    internal const string Bos = "<|startoftext|>";
    internal const string Eos = "<|endoftext|>";

    private readonly Dictionary<string, int> _vocabulary;
    private readonly BytePairEncoding _encoding;

    private ClipTokenizer(Dictionary<string, int> vocabulary, IReadOnlyList<(string Left, string Right)> merges, string pad)
    {
        (_vocabulary, _encoding) = (vocabulary, new BytePairEncoding(vocabulary, merges));
        (BosId, EosId, PadId) = (vocabulary[Bos], vocabulary[Eos], vocabulary[pad]);
    }

    /// <summary>Id of <c>&lt;|startoftext|&gt;</c>, which every chunk begins with.</summary>
    public int BosId { get; }

    /// <summary>Id of <c>&lt;|endoftext|&gt;</c>, which every chunk ends with.</summary>
    public int EosId { get; }

    /// <summary>SDXL: the first tokenizer pads with EOS, the second with <c>!</c> (id 0).</summary>
    public int PadId { get; }

    /// <summary>Number of token ids, from 0 on.</summary>
    public int VocabularySize => _vocabulary.Count;

    /// <summary>Reads a tokenizer folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="padToken">The padding token; null: the one that the folder's configuration names, else EOS.</param>
    /// <exception cref="FileNotFoundException"><c>vocab.json</c> or <c>merges.txt</c> is missing.</exception>
    /// <exception cref="InvalidDataException">A file is damaged, or the files do not belong together.</exception>
    public static ClipTokenizer Load(string folder, string? padToken = null)
    {
        var vocabularyPath = Existing(folder, "vocab.json");
        var vocabulary = ReadVocabulary(vocabularyPath);
        var merges = ReadMerges(Existing(folder, "merges.txt"), vocabulary);
        var pad = padToken ?? ReadPad(folder) ?? Eos;
        return vocabulary.ContainsKey(pad)
            ? new ClipTokenizer(vocabulary, merges, pad)
            : throw new InvalidDataException($"{vocabularyPath} lacks the padding token '{pad}' that the folder's configuration names.");
    }

    /// <summary>BOS, the first 75 tokens of <paramref name="text"/>, EOS, then padding: 77 ids.</summary>
    public int[] Encode(string text)
    {
        var ids = new int[Length];
        Array.Fill(ids, PadId);
        ids[0] = BosId;
        var count = 1;
        foreach (var id in Ids(text).Take(Length - 2))
            ids[count++] = id;
        ids[count] = EosId;
        return ids;
    }

    /// <summary>All tokens of <paramref name="text"/>, without BOS, EOS and padding.</summary>
    public int[] Tokenize(string text) => [.. Ids(text)];

    private IEnumerable<int> Ids(string text) =>
        ClipText.Words(ClipText.Clean(text)).SelectMany(word => word is Bos or Eos ? [_vocabulary[word]] : _encoding.Encode(word));

    private static string Existing(string folder, string file)
    {
        var path = Path.Combine(folder, file);
        return File.Exists(path) ? path : throw new FileNotFoundException($"{path} is missing. Expected a CLIP tokenizer folder with vocab.json and merges.txt.", path);
    }

    private static Dictionary<string, int> ReadVocabulary(string path)
    {
        var vocabulary = ReadJson(path, json => json.Deserialize<Dictionary<string, int>>()) ?? [];
        if (vocabulary.Values.Distinct().Count() != vocabulary.Count || vocabulary.Values.Any(id => id < 0 || id >= vocabulary.Count))
            throw new InvalidDataException($"{path} is damaged: its {vocabulary.Count} tokens do not have the ids 0 to {vocabulary.Count - 1}, one each.");
        var required = ByteUnits.InVocabularyOrder.SelectMany(unit => new[] { $"{unit}", $"{unit}{BytePairEncoding.WordEnd}" }).Append(Bos).Append(Eos);
        return required.FirstOrDefault(token => !vocabulary.ContainsKey(token)) is { } missing
            ? throw new InvalidDataException($"{path} is no CLIP vocabulary: it lacks the token '{missing}'.")
            : vocabulary;
    }

    private static List<(string Left, string Right)> ReadMerges(string path, Dictionary<string, int> vocabulary)
    {
        var merges = new OrderedDictionary<(string Left, string Right), int>();
        foreach (var (index, line) in File.ReadLines(path).Index())
        {
            if (line.Length == 0 || (index == 0 && line.StartsWith("#version", StringComparison.Ordinal)))
                continue;
            if (line.Split(' ') is not [var left, var right] || !new[] { left, right, left + right }.All(vocabulary.ContainsKey) || !merges.TryAdd((left, right), index))
                throw new InvalidDataException($"{path}, line {index + 1}: '{line}' is no merge of two tokens of vocab.json, or comes twice.");
        }

        return [.. merges.Keys];
    }

    /// <summary>The files that <see cref="Load"/> reads.</summary>
    internal static IEnumerable<ModelFile> Files(string folder, string role) =>
        new[] { "vocab.json", "merges.txt" }.Select(file => new ModelFile($"{role}/{file}", Existing(folder, file)))
            .Concat(PadFiles(folder).Select(path => new ModelFile($"{role}/{Path.GetFileName(path)}", path)));

    private static IEnumerable<string> PadFiles(string folder) =>
        new[] { "tokenizer_config.json", "special_tokens_map.json" }.Select(file => Path.Combine(folder, file)).Where(File.Exists);

    private static string? ReadPad(string folder) =>
        PadFiles(folder)
            .Select(path => ReadJson(path, PadToken))
            .FirstOrDefault(pad => pad is not null);

    /// <summary>Either the token itself or an object with its <c>content</c>.</summary>
    private static string? PadToken(JsonElement configuration) =>
        !configuration.TryGetProperty("pad_token", out var pad) || pad.ValueKind == JsonValueKind.Null ? null
            : pad.ValueKind == JsonValueKind.Object ? pad.GetProperty("content").GetString()
            : pad.GetString();

    private static T ReadJson<T>(string path, Func<JsonElement, T> read)
    {
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(path));
            return read(json.RootElement);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new InvalidDataException($"{path} is damaged: {exception.Message}", exception);
        }
    }
}
