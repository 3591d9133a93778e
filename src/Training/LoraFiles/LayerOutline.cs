using static TorchSharp.torch;

namespace Slipway.Training.LoraFiles;

/// <summary>A layer of given sizes without memory and without a bias: enough to say what a branch makes of its weight.</summary>
internal static class LayerOutline
{
    /// <param name="shape">Of the weight: [out, in] or [out, in, k, k].</param>
    public static nn.Module Of(long[] shape) => shape is [var outputs, var inputs, var height, var width]
        ? nn.Conv2d(inputs, outputs, (height, width), bias: false, device: META)
        : nn.Linear(shape[1], shape[0], hasBias: false, device: META);
}
