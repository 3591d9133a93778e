using Slipway.Diffusion.Memory;
using Xunit;

namespace Slipway.Diffusion.Tests.Memory;

public sealed class CudaCardsTests
{
    [Fact]
    public void Cards_are_read_as_the_driver_lists_them() => Assert.Equal(
        [new CudaCard("NVIDIA GeForce RTX 3060", "550.54.14", new Version(8, 6), 12288), new CudaCard("Tesla T4", "550.54.14", new Version(7, 5), 15360)],
        CudaCards.Parse("NVIDIA GeForce RTX 3060, 550.54.14, 8.6, 12288\nTesla T4, 550.54.14, 7.5, 15360\n"));

    [Theory]
    [InlineData("")]
    [InlineData("No devices were found\n")]
    [InlineData("NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.\n")]
    [InlineData("Unknown card, 1, [N/A], [N/A]\n")]
    public void What_is_no_card_is_none(string said) => Assert.Empty(CudaCards.Parse(said));

    [Theory]
    [InlineData("7.5", false)]
    [InlineData("8.0", true)]
    [InlineData("9.0", true)]
    [InlineData("12.0", true)]
    public void bfloat16_came_with_compute_capability_8(string capability, bool has) => Assert.Equal(has, new CudaCard("", "", Version.Parse(capability), 1).HasBFloat16);
}
