namespace Slipway.Training.LoraFiles;

/// <summary>
/// A textual inversion that a LoRA file brings along, as OneTrainer writes it and AUTOMATIC1111 reads it:
/// <c>bundle_emb.{word}.clip_l</c> and <c>bundle_emb.{word}.clip_g</c> (or <c>….string_to_param.*</c>).
/// </summary>
internal static class BundledEmbedding
{
    private const string Prefix = "bundle_emb.";

    /// <summary>Whether a key is of such an embedding.</summary>
    public static bool IsKey(string key) => key.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>The words that call the embeddings.</summary>
    public static IReadOnlyList<string> Words(IEnumerable<string> keys) =>
        [.. keys.Where(IsKey).Select(key => key[Prefix.Length..].Split('.')[0]).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
}
