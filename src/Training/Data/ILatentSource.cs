using static TorchSharp.torch;

namespace Slipway.Training.Data;

/// <summary>Where the latents of a batch come from: kept ones, or the autoencoder at every use.</summary>
internal interface ILatentSource : IDisposable
{
    /// <param name="images">Indices of images of one size.</param>
    /// <param name="variations">The variation of each image, in the same order.</param>
    /// <param name="number">The batch's number in the training.</param>
    /// <returns>[B, 4, h, w], scaled, in the model's precision and on its device.</returns>
    Tensor Batch(IReadOnlyList<int> images, IReadOnlyList<Variation> variations, long number);
}
