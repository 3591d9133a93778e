using TorchSharp;
using Xunit;

namespace Slipway.Diffusion.Tests.Native;

public sealed class LoadingTests
{
    [Fact]
    public void Tensors_multiply()
    {
        using var left = torch.tensor(new[] { 1f, 2f, 3f, 4f }).reshape(2, 2);
        using var product = left.matmul(left);
        Assert.Equal([7f, 10f, 15f, 22f], product.data<float>().ToArray());
    }
}
