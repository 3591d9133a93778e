using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Slipway.Diffusion.Modules;

/// <summary>
/// The layers that the networks consist of, made on the <c>meta</c> device: they have shapes and element types, yet
/// no memory and no values. A network of any size is thus built in no time; <see cref="WeightSlots"/> gives it weights.
/// </summary>
internal static class Layers
{
    public static Linear Linear(int inChannels, int outChannels, bool hasBias = true) => nn.Linear(inChannels, outChannels, hasBias, META);

    // Its first values' bounds are told by a view of the weight that TorchSharp forgets.
    public static Conv2d Conv2d(int inChannels, int outChannels, int kernel, int stride = 1, int padding = 0)
    {
        using var scope = NewDisposeScope();
        return nn.Conv2d(inChannels, outChannels, kernel, stride, padding, device: META);
    }

    public static GroupNorm GroupNorm(int groups, int channels, double eps) => nn.GroupNorm(groups, channels, eps, device: META);

    public static LayerNorm LayerNorm(int channels) => nn.LayerNorm(channels, device: META);
}
