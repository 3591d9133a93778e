using SkiaSharp;
using TorchSharp;
using Xunit;

namespace Slipway.Diffusion.Tests;

/// <summary>The native libraries of both packages load into one process and work.</summary>
public sealed class LoadingTests
{
    [Fact]
    public void Tensors_multiply()
    {
        using var scope = torch.NewDisposeScope();
        var left = torch.tensor(new[] { 1f, 2f, 3f, 4f }).reshape(2, 2);
        Assert.Equal([7f, 10f, 15f, 22f], left.matmul(left).data<float>().ToArray());
    }

    [Fact]
    public void Pictures_are_drawn_beside_tensors()
    {
        using var bitmap = new SKBitmap(2, 1);
        bitmap.Erase(new SKColor(10, 20, 30));
        using var pixels = torch.tensor(bitmap.Bytes);
        Assert.Equal(2 * (10 + 20 + 30 + 255), pixels.sum(torch.ScalarType.Int64).item<long>());
    }
}
