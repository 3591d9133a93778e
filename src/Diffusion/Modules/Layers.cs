using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Slipway.Diffusion.Modules;

/// <summary>
/// The layers that the networks consist of, made on the <c>meta</c> device: they have shapes and element types, yet
/// no memory and no values. A network of any size is thus built in no time; <see cref="WeightSlots"/> gives it weights.
/// </summary>
internal static class Layers
{
    public static LinearLayer Linear(int inChannels, int outChannels, bool hasBias = true) => new(inChannels, outChannels, hasBias);

    public static ConvolutionLayer Conv2d(int inChannels, int outChannels, int kernel, int stride = 1, int padding = 0) => new(inChannels, outChannels, (kernel, kernel), stride, padding);

    public static GroupNorm GroupNorm(int groups, int channels, double eps) => nn.GroupNorm(groups, channels, eps, device: META);

    public static LayerNorm LayerNorm(int channels) => nn.LayerNorm(channels, device: META);
}
