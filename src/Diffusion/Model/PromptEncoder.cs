using Slipway.Diffusion.Text;
using static TorchSharp.torch;

namespace Slipway.Diffusion.Model;

/// <summary>
/// Prompts → <see cref="Conditioning"/>: both tokenizers, both encoders; the context is the penultimate hidden
/// state of each, without the final normalisation, the first encoder's first (Podell et al. 2023).
/// </summary>
/// <remarks>
/// As in sd-scripts, where the web UIs differ from it or from each other:
/// <list type="bullet">
/// <item>Several chunks are joined to one sequence with one begin and one end token, 75·n + 2 long (AUTOMATIC1111 keeps
/// all of them: 77·n).</item>
/// <item>The pooled embedding is the first chunk's.</item>
/// <item>Weights multiply the hidden states and nothing else: the mean is not restored afterwards, as AUTOMATIC1111's
/// default does, and the pooled embedding is not weighted.</item>
/// </list>
/// </remarks>
/// <param name="model">The model whose encoders are used; it stays the caller's.</param>
public sealed class PromptEncoder(SdxlModel model)
{
    /// <summary>Encodes captions as they stand, without weights; gradients flow where they are on.</summary>
    /// <param name="captions">The texts.</param>
    /// <param name="chunks">Chunks of 75 tokens: 1, 2 or 3 for sd-scripts' <c>max_token_length</c> 75, 150 or 225. What is longer is cut off.</param>
    public Conditioning Encode(IReadOnlyList<string> captions, int chunks = 1) => Encode([.. captions.Select(Prompt.Literal)], chunks);

    /// <summary>Encodes prompts with their weights; gradients flow where they are on.</summary>
    /// <param name="prompts">The prompts.</param>
    /// <param name="chunks">Chunks of all of them: what is longer is cut off, what is shorter gets empty ones.</param>
    public Conditioning Encode(IReadOnlyList<Prompt> prompts, int chunks)
    {
        model.RequireTextEncoders();
        using var scope = NewDisposeScope();
        var first = Encode(model.Tokenizer1, model.TextEncoder1, prompts, chunks);
        var second = Encode(model.Tokenizer2, model.TextEncoder2, prompts, chunks);
        var context = cat([first.Penultimate, second.Penultimate], -1);
        return new Conditioning(context.MoveToOuterDisposeScope(), second.Pooled!.MoveToOuterDisposeScope());
    }

    /// <summary>How many chunks <paramref name="prompt"/> fills.</summary>
    public int ChunksOf(Prompt prompt) => Math.Max(TokenChunks.FromPrompt(model.Tokenizer1, prompt).Ids.Count, TokenChunks.FromPrompt(model.Tokenizer2, prompt).Ids.Count);

    private EncodedText Encode(ClipTokenizer tokenizer, ClipTextEncoder encoder, IReadOnlyList<Prompt> prompts, int chunks)
    {
        var rows = prompts.Select(prompt => TokenChunks.FromPrompt(tokenizer, prompt).Take(tokenizer, chunks)).ToArray();
        var ids = rows.SelectMany(row => row.Ids).ToArray();
        var encoded = encoder.Encode(
            tensor(ids.SelectMany(chunk => chunk.Select(id => (long)id)).ToArray(), [ids.Length, ClipTokenizer.Length]).to(model.Device, non_blocking: true),
            tensor(ids.Select(chunk => (long)Array.IndexOf(chunk, tokenizer.EosId)).ToArray()).to(model.Device, non_blocking: true));
        return new EncodedText(
            Joined(Weighted(encoded.Penultimate, [.. rows.SelectMany(row => row.Weights)]), chunks),
            encoded.Pooled?.index(TensorIndex.Slice(step: chunks)));
    }

    private static Tensor Weighted(Tensor hidden, float[][] weights)
    {
        if (weights.All(chunk => Array.TrueForAll(chunk, weight => weight == 1)))
            return hidden;
        var factors = tensor(weights.SelectMany(chunk => chunk).ToArray(), [weights.Length, ClipTokenizer.Length, 1]).to(hidden.device, non_blocking: true);
        return (hidden * factors).to(hidden.dtype);
    }

    /// <summary>[B·n, 77, C] → [B, 75·n + 2, C]: the begin token's state, each chunk's text, the last end token's.</summary>
    private static Tensor Joined(Tensor hidden, int chunks)
    {
        if (chunks == 1)
            return hidden;
        var byPrompt = hidden.view(-1, chunks, hidden.shape[1], hidden.shape[2]);
        var text = byPrompt.narrow(2, 1, TokenChunks.Content).flatten(1, 2);
        return cat([byPrompt.select(1, 0).narrow(1, 0, 1), text, byPrompt.select(1, chunks - 1).narrow(1, ClipTokenizer.Length - 1, 1)], 1);
    }
}
