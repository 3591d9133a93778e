using Slipway.Diffusion.Modules;

namespace Slipway.Training.LoraFiles;

/// <summary>A layer of given sizes without memory and without a bias: enough to say what a branch makes of its weight.</summary>
internal static class LayerOutline
{
    /// <param name="shape">Of the weight: [out, in] or [out, in, k, k].</param>
    public static WeightedLayer Of(long[] shape) => shape is [var outputs, var inputs, var height, var width]
        ? new ConvolutionLayer(inputs, outputs, (height, width), hasBias: false)
        : new LinearLayer(shape[1], shape[0], hasBias: false);
}
