using Slipway.Diffusion.Modules;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Slipway.Diffusion.UNets;

/// <summary>
/// Multi-head attention of a sequence over a context (or over itself), softmax(QKᵀ/√d)V
/// (Vaswani et al. 2017). Keys are those of diffusers' <c>Attention</c>.
/// </summary>
public sealed class CrossAttention : Module<Tensor, Tensor, Tensor>
{
    private readonly int _heads;
    [ComponentName(Name = "to_q")] private readonly LinearLayer _toQ;
    [ComponentName(Name = "to_k")] private readonly LinearLayer _toK;
    [ComponentName(Name = "to_v")] private readonly LinearLayer _toV;
    [ComponentName(Name = "to_out")] private readonly ModuleList<Module<Tensor, Tensor>> _toOut;

    /// <param name="channels">Channels of the sequence.</param>
    /// <param name="contextChannels">Channels of the context.</param>
    /// <param name="heads">Number of heads; divides <paramref name="channels"/>.</param>
    public CrossAttention(int channels, int contextChannels, int heads)
        : base(nameof(CrossAttention))
    {
        _heads = heads;
        _toQ = Layers.Linear(channels, channels, hasBias: false);
        _toK = Layers.Linear(contextChannels, channels, hasBias: false);
        _toV = Layers.Linear(contextChannels, channels, hasBias: false);
        _toOut = new ModuleList<Module<Tensor, Tensor>>(Layers.Linear(channels, channels));
        RegisterComponents();
    }

    /// <summary>Keys and values of a context side by side [B, M, 2 · C]; null: the layers are called one after the other.</summary>
    /// <param name="context">[B, M, D].</param>
    internal Tensor? KeysAndValues(Tensor context) => Projection.OfAll([_toK, _toV], context);

    /// <summary>Attention over a context whose keys and values are known.</summary>
    /// <param name="input">[B, N, C].</param>
    /// <param name="keysAndValues">[B, M, 2 · C].</param>
    /// <returns>[B, N, C].</returns>
    internal Tensor Attend(Tensor input, Tensor keysAndValues)
    {
        using var query = Projection.Of(_toQ, input);
        return Out(NativeOperations.AttendOver(query, keysAndValues, _heads));
    }

    /// <param name="input">[B, N, C].</param>
    /// <param name="context">[B, M, D]; <paramref name="input"/> itself for self-attention.</param>
    /// <returns>[B, N, C].</returns>
    public override Tensor forward(Tensor input, Tensor context)
    {
        using var scope = NewDisposeScope();
        var attended = ReferenceEquals(input, context) && Projection.OfAll([_toQ, _toK, _toV], input) is { } all
            ? NativeOperations.AttendWithin(all, _heads)
            : Attention.Apply(Projection.Of(_toQ, input), Projection.Of(_toK, context), Projection.Of(_toV, context), _heads);
        return Out(attended).MoveToOuterDisposeScope();
    }

    private Tensor Out(Tensor attended)
    {
        using (attended)
            return Projection.Of((LinearLayer)_toOut[0], attended);
    }
}
