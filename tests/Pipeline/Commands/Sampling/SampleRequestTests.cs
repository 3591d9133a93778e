using Slipway.Diffusion.Sampling;
using Slipway.Pipeline.Commands.Sampling;

namespace Slipway.Pipeline.Tests.Commands.Sampling;

public sealed class SampleRequestTests
{
    private static SampleRequest Read(params (string Name, string Value)[] options)
        => SampleRequest.Read(name => [.. options.Where(option => option.Name == name).Select(option => option.Value)]);

    [Fact]
    public void Has_defaults()
        => Assert.Equal(new SampleRequest { Prompt = "a" }, Read(("prompt", "a")) with { Loras = new SampleRequest { Prompt = "a" }.Loras });

    [Fact]
    public void Takes_every_option()
    {
        var read = Read(
            ("model", "m"), ("prompt", "a"), ("negative", ""), ("seed", "0"), ("steps", "8"), ("sampler", "dpm++ 2m karras"), ("guidance", "1.5"), ("width", "64"),
            ("height", "32"), ("count", "2"), ("lora", "x:1"), ("lora", "y"), ("spacing", "trailing"), ("out", "b.PNG"));
        Assert.Equal(("m", 0, 8, "DPM++ 2M Karras", 1.5, 64, 32), (read.Model, read.Seed, read.Steps, read.Sampler, read.Guidance, read.Width, read.Height));
        Assert.Equal(["x:1", "y"], read.Loras);
        Assert.Equal(["/w/b_0001.PNG", "/w/b_0002.PNG"], read.Paths("/w"));
    }

    [Theory]
    [InlineData("seed", "-1", "--seed is '-1'; expected a whole number from 0 to 9223372036854765807.")]
    [InlineData("steps", "0", "--steps is '0'; expected a whole number from 1 to 999.")]
    [InlineData("steps", "many", "--steps is 'many'; expected a whole number from 1 to 999.")]
    [InlineData("sampler", "Euler b", "--sampler is 'Euler b'; did you mean `Euler a`?")]
    [InlineData("guidance", "0.5", "--guidance is '0.5'; expected a number from 1 to 100.")]
    [InlineData("guidance", "NaN", "--guidance is 'NaN'; expected a number from 1 to 100.")]
    [InlineData("width", "0", "--width is '0'; expected a whole number from 1 to 16384.")]
    [InlineData("height", "1e3", "--height is '1e3'; expected a whole number from 1 to 16384.")]
    [InlineData("count", "0", "--count is '0'; expected a whole number from 1 to 10000.")]
    [InlineData("lora", "", "--lora is empty; expected --lora=FILE:strength.")]
    [InlineData("spacing", "leadin", "--spacing is 'leadin'; did you mean `leading`?")]
    [InlineData("out", "x.jpg", "--out is 'x.jpg'; expected the name of a .png file.")]
    [InlineData("model", "", "--model is empty; expected --model=value.")]
    public void Names_a_value_that_cannot_be(string option, string value, string expected)
        => Assert.Equal(expected, Assert.Throws<ArgumentException>(() => Read(("prompt", "a"), (option, value))).Message);

    [Fact]
    public void Names_all_of_them_in_one_line()
        => Assert.Equal(
            "--steps is 'x'; expected a whole number from 1 to 999. --target=Sample needs --prompt=\"what is to be seen\".",
            Assert.Throws<ArgumentException>(() => Read(("steps", "x"))).Message);

    [Fact]
    public void Knows_the_spacings() => Assert.All(TimestepSpacing.Names, name => Assert.Equal(name, Read(("prompt", "a"), ("spacing", name)).Spacing));
}
