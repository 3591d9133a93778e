using Slipway.Diffusion.Memory;
using Xunit;
using static TorchSharp.torch;

namespace Slipway.Diffusion.Tests.Memory;

public sealed class NativeHeapTests
{
    private const int Pieces = 2048;
    private const long Bytes = 64 << 10; // below what the C library asks the system for piece by piece

    /// <summary>Holes between pieces that stay are given back, but for the pages at their ends: by itself the C library gives back what lies at the end alone.</summary>
    [Fact]
    [Trait("Tier", "slow")]
    public async Task What_lies_between_pieces_in_use_goes_back_to_the_system()
    {
        Assert.SkipUnless(NativeHeap.IsKnown, "The C library is another.");
        if (OwnProcess.IsThis)
            Measure();
        else
            await OwnProcess.RunAsync(typeof(NativeHeapTests));
    }

    private static void Measure()
    {
        NativeHeap.GiveBack();
        var staying = new List<Tensor>();
        var going = new List<Tensor>();
        for (var i = 0; i < Pieces; i++)
        {
            going.Add(zeros(Bytes, dtype: ScalarType.Byte));
            staying.Add(zeros(64, dtype: ScalarType.Byte));
        }

        going.ForEach(tensor => tensor.Dispose());
        var before = ResidentMemory.Bytes();
        NativeHeap.GiveBack();
        Assert.InRange(before - ResidentMemory.Bytes(), Pieces * Bytes * 3 / 4, long.MaxValue);
        staying.ForEach(tensor => tensor.Dispose());
    }
}
