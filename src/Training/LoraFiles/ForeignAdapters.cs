namespace Slipway.Training.LoraFiles;

/// <summary>Says of keys that are not understood what they are, as far as that is known.</summary>
internal static class ForeignAdapters
{
    private const int MostNamed = 10;
    private const int MostLines = 20;

    private static readonly (string Mark, string Kind)[] Kinds =
    [
        (".lokr_t1", "LoKr with a core in its first matrix"),
        (".oft_", "OFT"),
        (".on_input", "(IA)³"),
        (".diff", "a full difference of weights"),
        (".set_weight", "replaced weights"),
        (".w_norm", "trained normalisations"),
        (".a1.", "GLoRA"),
        (".a2.", "GLoRA"),
        (".b1.", "GLoRA"),
        (".b2.", "GLoRA"),
        ("lora_embedding_", "a LoRA of an embedding"),
    ];

    /// <summary>What is wrong with the keys: a line for each known kind, and a line for each key of no known kind.</summary>
    public static IEnumerable<string> Problems(IEnumerable<string> keys)
    {
        foreach (var kind in keys.Order(StringComparer.Ordinal).GroupBy(Kind, StringComparer.Ordinal))
        {
            if (kind.Key.Length == 0)
            {
                foreach (var key in kind.Take(MostLines))
                    yield return $"{key}: the model has no such layer";
                if (kind.Count() > MostLines)
                    yield return $"and {kind.Count() - MostLines} more keys of no layer of the model";
                continue;
            }
            var (named, more) = (string.Join(", ", kind.Take(MostNamed)), kind.Count() - MostNamed);
            yield return $"{kind.Count()} keys of {kind.Key}, which is not understood: {named}{(more > 0 ? $" and {more} more" : "")}";
        }
    }

    private static string Kind(string key) => Kinds.FirstOrDefault(kind => key.Contains(kind.Mark, StringComparison.Ordinal)).Kind ?? "";
}
