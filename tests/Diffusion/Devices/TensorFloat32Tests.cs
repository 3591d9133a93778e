using Slipway.Diffusion.Devices;
using TorchSharp;
using Xunit;

namespace Slipway.Diffusion.Tests.Devices;

/// <summary>The switches are libtorch's own, so that its build for processors has them too.</summary>
public sealed class TensorFloat32Tests : IDisposable
{
    private readonly (bool Convolutions, bool Products) _before = (torch.backends.cudnn.allow_tf32, torch.backends.cuda.matmul.allow_tf32);

    public void Dispose() => (torch.backends.cudnn.allow_tf32, torch.backends.cuda.matmul.allow_tf32) = _before;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Convolutions_take_it_and_products_do_not_whatever_was_set_before(bool before)
    {
        (torch.backends.cudnn.allow_tf32, torch.backends.cuda.matmul.allow_tf32) = (before, before);
        TensorFloat32.Use();
        Assert.True(torch.backends.cudnn.allow_tf32);
        Assert.False(torch.backends.cuda.matmul.allow_tf32);
        Assert.Equal("convolutions", TensorFloat32.Uses);
    }
}
