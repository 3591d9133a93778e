using Slipway.Engine.Caching;

namespace Slipway.Engine.Tests.Caching;

public sealed class ContentHashTests
{
    private const string OfAbc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    [Fact]
    public void Its_text_comes_back()
    {
        Assert.True(ContentHash.TryParse(OfAbc, out var hash));

        Assert.Equal((OfAbc, ContentHash.Of("abc")), ($"{hash}", hash));
        Assert.Equal(hash, ContentHash.Of(new MemoryStream("abc"u8.ToArray())));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("ba78")]
    [InlineData("xa7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad00")]
    public void What_is_no_hash_is_none(string? text)
    {
        Assert.False(ContentHash.TryParse(text, out var hash));
        Assert.Equal(default, hash);
    }

    [Fact]
    public void It_has_32_bytes() =>
        Assert.StartsWith("A SHA-256 digest has 32 bytes, not 31.", Assert.Throws<ArgumentException>(() => new ContentHash(new byte[31])).Message, StringComparison.Ordinal);
}
