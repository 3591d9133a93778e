using static TorchSharp.torch;

namespace Slipway.Diffusion.Model;

/// <summary>Memory that is not the device's, where weights wait until they are computed with.</summary>
public interface IWaitingPlace
{
    /// <summary>Takes a weight in.</summary>
    /// <returns>The weight as it lies there, to be read from.</returns>
    Tensor Take(Tensor weight);

    /// <summary>Is told whenever a weight has been brought to the device, be it from here or not.</summary>
    void WasRead();
}
