using Slipway.Diffusion.Model;

namespace Slipway.Training.Tests;

/// <summary>Where weights wait in memory of the same device.</summary>
/// <param name="read">Is told of each that is read.</param>
internal sealed class CountingPlace(Action read) : IWaitingPlace
{
    public Tensor Take(Tensor weight) => weight.clone();

    public void WasRead() => read();
}
