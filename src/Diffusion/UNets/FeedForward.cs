using Slipway.Diffusion.Modules;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Slipway.Diffusion.UNets;

/// <summary>
/// The transformer's feed-forward part with a gated GELU (Shazeer 2020): the first half of the projection
/// times the exact (erf) GELU of the second.
/// </summary>
public sealed class FeedForward : Module<Tensor, Tensor>
{
    [ComponentName(Name = "net")] private readonly ModuleList<Module<Tensor, Tensor>> _net;

    /// <param name="channels">Channels in and out; four times as many inside.</param>
    public FeedForward(int channels)
        : base(nameof(FeedForward))
    {
        // The second place is a dropout without parameters in diffusers; it keeps the keys `net.0` and `net.2`.
        _net = new ModuleList<Module<Tensor, Tensor>>(
            new GatedGelu(channels, channels * 4), Identity(), Layers.Linear(channels * 4, channels));
        RegisterComponents();
    }

    /// <param name="input">[B, N, C].</param>
    /// <returns>[B, N, C].</returns>
    public override Tensor forward(Tensor input)
    {
        using var gated = _net[0].call(input);
        return Projection.Of((LinearLayer)_net[2], gated);
    }

    /// <summary>The same for whoever asks for gradients alone: the values may be anything.</summary>
    internal Tensor GraphOf(Tensor input)
    {
        using var gated = _net[0].call(input);
        return Projection.GraphOf((LinearLayer)_net[2], gated);
    }

    private sealed class GatedGelu : Module<Tensor, Tensor>
    {
        [ComponentName(Name = "proj")] private readonly LinearLayer _projection;

        public GatedGelu(int inChannels, int outChannels)
            : base(nameof(GatedGelu))
        {
            _projection = Layers.Linear(inChannels, outChannels * 2);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            using var projected = Projection.Of(_projection, input);
            return NativeOperations.GatedGelu(projected);
        }
    }
}
