using TorchSharp;

namespace Slipway.Build.Benches.Device;

/// <summary>
/// As long as it lives, a card multiplies f32 with all of its bits: by itself libtorch lets cuDNN's convolutions round to TF32's ten bits of significand.
/// </summary>
internal sealed class ExactSums : IDisposable
{
    private readonly (bool Convolutions, bool Products)? _before;

    /// <param name="device">The processor has no TF32: nothing is set there.</param>
    public ExactSums(DeviceUnderTest device)
    {
        if (!device.IsCard)
            return;
        _before = (torch.backends.cudnn.allow_tf32, torch.backends.cuda.matmul.allow_tf32);
        Set(convolutions: false, products: false);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_before is var (convolutions, products))
            Set(convolutions, products);
    }

    private static void Set(bool convolutions, bool products) => (torch.backends.cudnn.allow_tf32, torch.backends.cuda.matmul.allow_tf32) = (convolutions, products);
}
