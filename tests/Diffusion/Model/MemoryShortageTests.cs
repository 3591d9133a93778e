using Slipway.Diffusion.Model;
using Xunit;
using static TorchSharp.torch;

namespace Slipway.Diffusion.Tests.Model;

public sealed class MemoryShortageTests
{
    /// <summary>More than any machine has: an exbibyte.</summary>
    [Fact]
    public void What_libtorch_says_becomes_one_line_with_advice()
    {
        var error = Assert.Throws<MemoryShortageException>(() => MemoryShortage.Guard("training", "Lower train_batch_size.", () => zeros(1L << 58).Dispose()));

        Assert.Matches("^Memory is out while training: .*allocate.* Lower train_batch_size\\.$", error.Message);
    }

    [Theory]
    [InlineData("CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has 1 GiB free.\nSee documentation for Memory Management", "CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has 1 GiB free.")]
    [InlineData("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`", "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`.")]
    public void A_cards_words_are_known_too(string said, string told)
    {
        var error = Assert.Throws<MemoryShortageException>(() => MemoryShortage.Guard("drawing", "Draw less.", () => throw new InvalidOperationException(said)));

        Assert.Equal($"Memory is out while drawing: {told} Draw less.", error.Message);
    }

    [Fact]
    public void Other_failures_stay_what_they_are() =>
        Assert.Throws<InvalidOperationException>(() => MemoryShortage.Guard("drawing", "Draw less.", () => throw new InvalidOperationException("shapes do not fit")));
}
