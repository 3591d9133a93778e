using Slipway.Pipeline.Commands.Exchange;

namespace Slipway.Pipeline.Tests.Commands.Exchange;

/// <summary>What sd-scripts draws while it trains, in its three forms, and what a plan makes of it.</summary>
public sealed class SamplePromptsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_line_says_what_is_behind_its_letters()
    {
        var picture = SamplePrompts.OfLine("sail_kun, beach --n people, text --w 832 --H 1216 --d 7 --l 6.5 --s 28 --ss euler_a --zz 1");
        Assert.Equal(("sail_kun, beach", "people, text", 832, 1216, 7L, 6.5, 28, "euler_a"), (picture.Prompt, picture.NegativePrompt, picture.Width!.Value, picture.Height!.Value, picture.Seed!.Value, picture.Scale!.Value, picture.Steps!.Value, picture.Sampler));
        Assert.Equal(["--zz"], picture.Others);
    }

    [Theory]
    [InlineData("p.txt", "# no prompt\n\nboat --n dark --w 64 --d 3\ncar --n dark --w 64 --d 3\n")]
    [InlineData("p.toml", "[prompt]\nnegative_prompt = \"dark\"\nwidth = 64\nseed = 3\n[[prompt.subset]]\nprompt = \"boat\"\n[[prompt.subset]]\nprompt = \"car\"\n")]
    [InlineData("p.json", """[{ "prompt": "boat", "negative_prompt": "dark", "width": 64, "seed": 3 }, "car --n dark --w 64 --d 3"]""")]
    public void Text_TOML_and_JSON_say_the_same(string name, string text)
    {
        _folder.Write(name, text);
        Assert.Equal([("boat", "dark", 64, 3L), ("car", "dark", 64, 3L)], SamplePrompts.Read(_folder[name]).Select(picture => (picture.Prompt, picture.NegativePrompt!, picture.Width!.Value, picture.Seed!.Value)));
    }

    [Fact]
    public void Of_a_key_that_is_there_twice_the_last_counts_as_in_Python()
    {
        _folder.Write("p.json", """[{ "prompt": "boat", "width": 64, "width": 96 }]""");
        Assert.Equal(96, Assert.Single(SamplePrompts.Read(_folder["p.json"])).Width);
    }

    [Theory]
    [InlineData("p.toml", "a = 1", "has no prompts; expected [prompt] with [[prompt.subset]]")]
    [InlineData("p.json", "{}", "is no list of prompts; expected a list")]
    [InlineData("p.json", "[1]", "neither a mapping nor a line")]
    [InlineData("p.toml", "a = \"\\UFFFFFFFF\"", "is no list of prompts as sd-scripts reads it")]
    [InlineData("p.json", "[", "is no list of prompts as sd-scripts reads it")]
    public void What_is_none_of_them_is_said(string name, string text, string expected)
    {
        _folder.Write(name, text);
        Assert.Contains(expected, Assert.Throws<InvalidDataException>(() => SamplePrompts.Read(_folder[name])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_that_would_be_read_otherwise_is_none_and_JSON_takes_any_text()
    {
        Assert.Equal("boat --n dark --w 64 --h 80 --d 3 --l 1.5 --s 4 --ss euler_a", SamplePrompts.Line(new() { Prompt = "boat", NegativePrompt = "dark", Width = 64, Height = 80, Seed = 3, Scale = 1.5, Steps = 4, Sampler = "euler_a" }));
        Assert.Null(SamplePrompts.Line(new() { Prompt = "a --w 3" }));
        Assert.Null(SamplePrompts.Line(new() { Prompt = "# a" }));
        _folder.Write("p.json", SamplePrompts.Json([new() { Prompt = "a --w 3 \"b\"", Seed = 4, Scale = 1.5 }]));
        var picture = Assert.Single(SamplePrompts.Read(_folder["p.json"]));
        Assert.Equal(("a --w 3 \"b\"", 4L, 1.5, (int?)null), (picture.Prompt, picture.Seed!.Value, picture.Scale!.Value, picture.Width));
    }

    [Fact]
    public void Pictures_become_an_evaluation_and_what_differs_between_them_is_said()
    {
        var evaluation = new ImportedEvaluation(
            [SamplePrompts.OfLine("boat: a --n dark --w 1024 --h 1024 --d 3 --s 20 --l 6"), SamplePrompts.OfLine("car --n dark --w 832 --h 1220 --d 4 --s 30 --l 6 --cn x.png")], "k_euler_a", 1024);
        Assert.Equal(
            [
                "evaluation:", "  prompts:", "    sample_1: \"boat: a\"", "    sample_2: { prompt: \"car\", size: 832x1216 }", "  seeds: [3, 4]",
                "  negative_prompt: dark", "  steps: 20", "  guidance: 6", "  sampler: Euler a",
            ],
            evaluation.Lines);
        Assert.Contains(evaluation.Notes, note => note.Contains("832x1220 is no size here", StringComparison.Ordinal));
        Assert.Contains(evaluation.Notes, note => note.Contains("`steps` differs between the pictures (20; 30); a plan has one: 20 was taken", StringComparison.Ordinal));
        Assert.Contains(evaluation.Notes, note => note.Contains("the 2 seeds were taken for all prompts", StringComparison.Ordinal));
        Assert.Contains(evaluation.Notes, note => note.Contains("--cn has no counterpart", StringComparison.Ordinal));
    }

    [Fact]
    public void Where_a_file_says_nothing_it_is_as_sd_scripts_has_it()
    {
        var evaluation = new ImportedEvaluation([SamplePrompts.OfLine("boat")], null, 1024);
        Assert.Equal(["evaluation:", "  prompts:", "    sample_1: { prompt: \"boat\", size: 512x512 }", "  seeds: [1]", "  steps: 30", "  guidance: 7.5", "  sampler: DDIM"], evaluation.Lines);
        Assert.Contains(evaluation.Notes, note => note.Contains("gives no seed", StringComparison.Ordinal));
    }
}
