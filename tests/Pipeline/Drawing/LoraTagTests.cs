using Slipway.Pipeline.Drawing;
using Slipway.Training.LoraFiles;

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
    [InlineData("<lora:x:1:0.5:8>")]
    [InlineData("<lora:x:dyn=8>")]
    [InlineData("<hypernet:x:1>")]
    [InlineData("<lora:x:0.8")]
    [InlineData("<lora:x:0.8, beach")]
    [InlineData("<lora:x:NaN>")]
    [InlineData("<lora:x:te=0.5:te=0.4>")]
    [InlineData("<lora:x:0.8:te=0.6>")]
    [InlineData("<lora:x:unet=0.8:unet=0.8>")]
    [InlineData("<lycoris:x:1>")]
    [InlineData("<loras:x:te=0.5>")]
    [InlineData("< lora:x>")]
    [InlineData("<lora :x:1>")]
    public void Is_named_where_it_cannot_be_read(string tag)
        => Assert.Contains($"'{tag}'", Assert.Throws<ArgumentException>(() => LoraTag.Split($"a {tag}")).Message, StringComparison.Ordinal);

    /// <summary>As AUTOMATIC1111 reads them: the text encoders' strength first, the UNet's second, which else is the first.</summary>
    [Theory]
    [InlineData("<lora:x:0.8:0.6>", 0.8, 0.6)]
    [InlineData("<lora:x:te=0.5:unet=0.7>", 0.5, 0.7)]
    [InlineData("<lora:x:te=0.5>", 0.5, 0.5)]
    [InlineData("<lora:x:unet=0>", 1, 0)]
    [InlineData("<lora:x:0.8:unet=0.6>", 0.8, 0.6)]
    [InlineData("<lyco:x:0.8:0.6>", 0.8, 0.6)]
    [InlineData("<lyco:x>", 1, 1)]
    public void May_have_two_strengths(string tag, double textEncoder, double unet)
    {
        var (text, tags) = LoraTag.Split($"a {tag}");
        Assert.Equal("a ", text);
        Assert.Equal(new LoraStrength(textEncoder, unet), Assert.Single(tags).Strengths);
    }

    [Fact]
    public void A_strength_with_a_comma_is_told_what_to_write()
    {
        Assert.EndsWith("; write 0.8, with a point.", Assert.Throws<ArgumentException>(() => LoraTag.Split("a <lora:x:0,8>")).Message, StringComparison.Ordinal);
        Assert.EndsWith("; write 0.6, with a point.", Assert.Throws<ArgumentException>(() => LoraTag.ReadOption("x.safetensors:0,6")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unclosed_one_does_not_hide_the_next()
        => Assert.Contains("'<lora:x:0.8, beach' in the prompt is not closed", Assert.Throws<ArgumentException>(() => LoraTag.Split("<lora:x:0.8, beach <lora:y:1>")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("a.safetensors:0.8:0.6", "a.safetensors", 0.8, 0.6)]
    [InlineData("C:\\a.safetensors:te=0:unet=1", "C:\\a.safetensors", 0, 1)]
    public void Of_an_option_may_have_two_strengths(string text, string name, double textEncoder, double unet)
        => Assert.Equal(new LoraTag(name, textEncoder, unet), LoraTag.ReadOption(text));

    [Theory]
    [InlineData("a.safetensors:0.8", "a.safetensors", 0.8)]
    [InlineData("a.safetensors", "a.safetensors", 1)]
    [InlineData("C:\\a.safetensors", "C:\\a.safetensors", 1)]
    [InlineData("C:\\a.safetensors:-1", "C:\\a.safetensors", -1)]
    public void Of_an_option_has_the_strength_behind_the_last_colon(string text, string name, double strength)
        => Assert.Equal(new LoraTag(name, strength), LoraTag.ReadOption(text));

    [Fact]
    public void Is_written_as_it_is_read() => Assert.Equal("<lora:x:0.8>", new LoraTag("x", 0.8).ToString());

    [Fact]
    public void Is_written_with_two_strengths_where_they_differ() => Assert.Equal("<lora:x:0.8:0.6>", new LoraTag("x", 0.8, 0.6).ToString());
}
