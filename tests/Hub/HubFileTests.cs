namespace Slipway.Hub.Tests;

public sealed class HubFileTests
{
    [Theory]
    [InlineData("stabilityai/stable-diffusion-xl-base-1.0", true)]
    [InlineData("gpt2", false)]
    [InlineData("a/b/c", false)]
    [InlineData("../etc", false)]
    [InlineData("a--b/c", false)]
    [InlineData("a/b c", false)]
    public void A_repository_is_an_owner_and_a_name(string text, bool expected) => Assert.Equal(expected, HubFile.IsRepository(text));

    [Theory]
    [InlineData("unet/model.safetensors", true)]
    [InlineData("a file.txt", true)]
    [InlineData("../model", false)]
    [InlineData("/etc/passwd", false)]
    [InlineData("a//b", false)]
    [InlineData("a\\b", false)]
    [InlineData("", false)]
    public void A_file_lies_within_its_repository(string text, bool expected) => Assert.Equal(expected, HubFile.IsPath(text));

    [Fact]
    public void Its_address_is_the_hub_s() => Assert.Equal(
        "https://huggingface.co/yard/boats/resolve/refs%2Fpr%2F1/a%20b/c.txt", new HubFile("yard/boats", "refs/pr/1", "a b/c.txt").Address(HubSettings.PublicEndpoint).AbsoluteUri);
}
