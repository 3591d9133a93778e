using static TorchSharp.torch;

namespace Slipway.Diffusion.Text;

/// <summary>What the UNet is told of a text: states for cross-attention, and the pooled embedding.</summary>
/// <param name="Context">Hidden states of both encoders side by side [B, 75·n + 2, C1 + C2].</param>
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
