using TorchSharp;
using static TorchSharp.torch;

namespace Slipway.Diffusion;

/// <summary>What the UNet is told of the text.</summary>
/// <param name="Context">Hidden states of both encoders side by side [B, 77, C1 + C2].</param>
/// <param name="Pooled">Pooled embedding of the second encoder [B, P].</param>
public sealed record Conditioning(Tensor Context, Tensor Pooled) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
        Context.Dispose();
        Pooled.Dispose();
    }
}

/// <summary>
/// Prompts → <see cref="Conditioning"/>: both tokenizers, both encoders; the context is the penultimate hidden
/// state of each, without the final normalisation, the first encoder's first (Podell et al. 2023).
/// </summary>
/// <param name="model">The model whose encoders are used; it stays the caller's.</param>
public sealed class PromptEncoder(SdxlModel model)
{
    /// <summary>Encodes <paramref name="prompts"/>; gradients flow where they are on.</summary>
    public Conditioning Encode(IReadOnlyList<string> prompts)
    {
        using var scope = NewDisposeScope();
        var first = Encode(model.Tokenizer1, model.TextEncoder1, prompts);
        var second = Encode(model.Tokenizer2, model.TextEncoder2, prompts);
        var context = cat([first.Penultimate, second.Penultimate], -1);
        return new Conditioning(context.MoveToOuterDisposeScope(), second.Pooled!.MoveToOuterDisposeScope());
    }

    private EncodedText Encode(ClipTokenizer tokenizer, ClipTextEncoder encoder, IReadOnlyList<string> prompts)
    {
        var rows = prompts.Select(tokenizer.Encode).ToArray();
        var ends = rows.Select(row => (long)Array.IndexOf(row, tokenizer.EosId)).ToArray();
        var ids = rows.SelectMany(row => row.Select(id => (long)id)).ToArray();
        return encoder.Encode(
            tensor(ids, [rows.Length, rows[0].Length], device: model.Device),
            tensor(ends, device: model.Device));
    }
}
