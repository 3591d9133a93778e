using Slipway.Pipeline.Drawing;

namespace Slipway.Pipeline.Tests.Drawing;

public sealed class InfotextTests
{
    private static Infotext Text(string prompt, string negative, params (string Name, string Value)[] settings)
        => new(prompt, negative, [.. settings.Select(setting => KeyValuePair.Create(setting.Name, setting.Value))]);

    [Fact]
    public void Is_written_as_AUTOMATIC1111_writes_it()
        => Assert.Equal(
            "a cat <lora:a:0.5>\nNegative prompt: a dog\nSteps: 20, Sampler: Euler a, Lora hashes: \"a: 0123456789ab\", Version: v1",
            Text("a cat <lora:a:0.5>", "a dog", ("Steps", "20"), ("Sampler", "Euler a"), ("Lora hashes", "a: 0123456789ab"), ("Version", "v1")).ToString());

    [Fact]
    public void Has_no_line_for_a_negative_prompt_that_is_not_there()
        => Assert.Equal("a\nSteps: 1, Seed: 2, Size: 8x8", Text("a", "", ("Steps", "1"), ("Seed", "2"), ("Size", "8x8")).ToString());

    [Theory]
    [InlineData("a, (b:1.2)", "", "plain")]
    [InlineData("line one\nline two, seed: 3", "not\nthis", "a, b: \"c\"\nd \\ e")]
    [InlineData("", "", "帆: ä")]
    [InlineData("Steps: 20, a", "x", ":")]
    [InlineData("a", "", " a space before and after ")]
    [InlineData("a", "", "\"in quotes\"")]
    [InlineData("a", "", "two\u2028lines\fand a page")]
    public void Comes_back_as_it_was(string prompt, string negative, string value)
    {
        var text = Text(prompt, negative, ("Steps", "20"), ("CFG scale", value), ("Model hash", "0123456789"), ("Version", "Slipway 1"));
        var read = Infotext.Parse(text.ToString());
        Assert.Equal((text.Prompt, text.NegativePrompt), (read.Prompt, read.NegativePrompt));
        Assert.Equal(text.Settings, read.Settings);
    }

    [Fact]
    public void Reads_what_AUTOMATIC1111_wrote()
    {
        var read = Infotext.Parse(
            "1girl, solo\r\nNegative prompt: lowres, bad anatomy\r\nSteps: 28, Sampler: DPM++ 2M, Schedule type: Karras, CFG scale: 7.0, Seed: 1, "
            + "Size: 832x1216, Model hash: 31e35c80fc, Model: sd_xl_base_1.0, Lora hashes: \"x: aaaaaaaaaaaa, y: bbbbbbbbbbbb\", Version: v1.10.1");
        Assert.Equal(("1girl, solo", "lowres, bad anatomy"), (read.Prompt, read.NegativePrompt));
        Assert.Equal(("28", "x: aaaaaaaaaaaa, y: bbbbbbbbbbbb", "v1.10.1", null), (read["Steps"], read["Lora hashes"], read["Version"], read["steps"]));
    }

    [Theory]
    [InlineData("only a prompt")]
    [InlineData("a prompt, seed: 3, steps: 5")]
    public void A_text_without_settings_is_a_prompt(string text)
    {
        var read = Infotext.Parse(text);
        Assert.Equal((text, 0), (read.Prompt, read.Settings.Count));
    }
}
