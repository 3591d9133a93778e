using Slipway.Pipeline.Drawing;

namespace Slipway.Pipeline.Tests.Drawing;

public sealed class LoraTagTests
{
    [Fact]
    public void Is_taken_out_of_the_prompt()
    {
        var (text, tags) = LoraTag.Split("a <lora:x:0.8>cat <lora:y v1.2> <b:c>");
        Assert.Equal("a cat  <b:c>", text);
        Assert.Equal([new LoraTag("x", 0.8), new LoraTag("y v1.2", 1)], tags);
    }

    [Theory]
    [InlineData("<lora:>")]
    [InlineData("<lora:x:>")]
    [InlineData("<lora:x:much>")]
    [InlineData("<lora:x:1:0.5>")]
    [InlineData("<lora:x:NaN>")]
    public void Is_named_where_it_cannot_be_read(string tag)
        => Assert.Contains($"'{tag}'", Assert.Throws<ArgumentException>(() => LoraTag.Split($"a {tag}")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("a.safetensors:0.8", "a.safetensors", 0.8)]
    [InlineData("a.safetensors", "a.safetensors", 1)]
    [InlineData("C:\\a.safetensors", "C:\\a.safetensors", 1)]
    [InlineData("C:\\a.safetensors:-1", "C:\\a.safetensors", -1)]
    public void Of_an_option_has_the_strength_behind_the_last_colon(string text, string name, double strength)
        => Assert.Equal(new LoraTag(name, strength), LoraTag.ReadOption(text));

    [Fact]
    public void Is_written_as_it_is_read() => Assert.Equal("<lora:x:0.8>", new LoraTag("x", 0.8).ToString());
}
