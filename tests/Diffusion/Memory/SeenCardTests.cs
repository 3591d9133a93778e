using Slipway.Diffusion.Memory;
using Xunit;

namespace Slipway.Diffusion.Tests.Memory;

/// <summary>Lines are what <c>nvidia-smi --query-gpu=index,uuid,name,memory.free</c> says.</summary>
public sealed class SeenCardTests
{
    private const string Alike = "0, GPU-aa01, NVIDIA H100, 100\n1, GPU-aa02, NVIDIA H100, 200\n2, GPU-bb03, NVIDIA H100, 300\n";
    private const string Different = "0, GPU-aa01, Tesla T4, 100\n1, GPU-aa02, NVIDIA H100, 200\n";

    [Theory]
    [InlineData(null, "100")]
    [InlineData("1", "200")]
    [InlineData("2,0", "300")]
    [InlineData("GPU-bb", "300")]
    [InlineData("GPU-aa02,GPU-aa01", "200")]
    public void Is_the_first_that_the_process_may_see(string? visible, string free)
    {
        Assert.Equal(free, SeenCard.Of(Alike, visible, null));
        Assert.Equal(free, SeenCard.Of(Alike, visible, "PCI_BUS_ID"));
    }

    /// <summary>CUDA counts the fastest first then, and the driver does not tell which that is.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData("1")]
    public void Of_different_ones_a_number_is_known_in_the_drivers_order_alone(string? visible)
    {
        Assert.Null(SeenCard.Of(Different, visible, null));
        Assert.Null(SeenCard.Of(Different, visible, "FASTEST_FIRST"));
        Assert.Equal(visible is null ? "100" : "200", SeenCard.Of(Different, visible, "PCI_BUS_ID"));
    }

    [Fact]
    public void A_unique_name_needs_no_order() => Assert.Equal("200", SeenCard.Of(Different, "GPU-aa02", null));

    [Theory]
    [InlineData(Alike, "3")]
    [InlineData(Alike, "-1")]
    [InlineData(Alike, "MIG-1234")]
    [InlineData(Alike, "GPU-cc")]
    [InlineData("No devices were found\n", null)]
    [InlineData("", null)]
    public void One_that_is_not_there_is_none(string listing, string? visible) => Assert.Null(SeenCard.Of(listing, visible, "PCI_BUS_ID"));
}
