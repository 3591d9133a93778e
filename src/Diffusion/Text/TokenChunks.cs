namespace Slipway.Diffusion.Text;

/// <summary>
/// A prompt as one text encoder takes it: chunks of begin token, up to 75 tokens, end token and padding; 77 ids each.
/// </summary>
/// <remarks>
/// Cut after every 75th token as sd-scripts does, not at a comma near it as AUTOMATIC1111 does: a LoRA was trained on
/// captions cut like this. Each chunk has its end token, an empty one right behind its begin token.
/// </remarks>
/// <param name="Ids">Token ids, 77 a chunk.</param>
/// <param name="Weights">The weight of each, 1 for the tokens that are no text.</param>
internal sealed record TokenChunks(IReadOnlyList<int[]> Ids, IReadOnlyList<float[]> Weights)
{
    /// <summary>Number of tokens of text in a chunk.</summary>
    public const int Content = ClipTokenizer.Length - 2;

    /// <param name="tokenizer">The encoder's tokenizer.</param>
    /// <param name="prompt">The prompt.</param>
    /// <exception cref="ArgumentException">A word that is longer than any word.</exception>
    public static TokenChunks FromPrompt(ClipTokenizer tokenizer, Prompt prompt)
    {
        var chunks = new List<List<(int Id, float Weight)>> { new() };
        foreach (var piece in prompt.Pieces)
        {
            if (piece.StartsChunk)
                chunks.Add([]);
            foreach (var id in tokenizer.Tokenize(piece.Text))
            {
                if (chunks[^1].Count == Content)
                    chunks.Add([]);
                chunks[^1].Add((id, (float)piece.Weight));
            }
        }

        return new TokenChunks([.. chunks.Select(chunk => IdsOf(tokenizer, chunk))], [.. chunks.Select(WeightsOf)]);
    }

    /// <summary>The first <paramref name="count"/> chunks, with empty ones behind them where there are fewer.</summary>
    public TokenChunks Take(ClipTokenizer tokenizer, int count)
    {
        var missing = Math.Max(0, count - Ids.Count);
        return new TokenChunks(
            [.. Ids.Take(count), .. Enumerable.Range(0, missing).Select(_ => IdsOf(tokenizer, []))],
            [.. Weights.Take(count), .. Enumerable.Range(0, missing).Select(_ => WeightsOf([]))]);
    }

    private static int[] IdsOf(ClipTokenizer tokenizer, List<(int Id, float Weight)> tokens)
    {
        int[] ids = [tokenizer.BosId, .. tokens.Select(token => token.Id), tokenizer.EosId];
        return [.. ids, .. Enumerable.Repeat(tokenizer.PadId, ClipTokenizer.Length - ids.Length)];
    }

    private static float[] WeightsOf(List<(int Id, float Weight)> tokens) =>
        [1, .. tokens.Select(token => token.Weight), .. Enumerable.Repeat(1f, ClipTokenizer.Length - tokens.Count - 1)];
}
