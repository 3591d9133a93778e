using Slipway.Build.Display;

namespace Slipway.Build.Tests.Display;

public sealed class WordWrapTests
{
    [Fact]
    public void Breaks_between_words_and_indents_what_follows() => Assert.Equal(
        ["    3 items (000, 001):", "      `backgrounds.steps`", "      20 → 2"],
        WordWrap.Lines("    3 items (000, 001): `backgrounds.steps` 20 → 2", 24));

    [Fact]
    public void Leaves_a_line_that_fits_as_it_is() => Assert.Equal(["Train v01:  1 to run"], WordWrap.Lines("Train v01:  1 to run", 20));

    [Fact]
    public void Keeps_a_path_whole() => Assert.Equal(
        ["Error: the picture", "  datasets/sail_kun/sail_kun.png", "  is empty"],
        WordWrap.Lines("Error: the picture datasets/sail_kun/sail_kun.png is empty", 20));

    [Fact]
    public void Breaks_nothing_where_there_is_no_terminal() => Assert.Single(WordWrap.Lines(new string('a', 200) + " b", 0));

    [Fact]
    public void An_error_is_broken_between_words() => Assert.Equal(
        ["Error: the plan", "  does not exist"],
        Terminal.ErrorLines("the plan does not exist", 17, 20));

    /// <summary>The first problem stands at the top of the screen, and all others are counted.</summary>
    [Fact]
    public void Of_many_problems_as_many_are_shown_as_fit()
    {
        var lines = Terminal.ErrorLines(string.Join('\n', Enumerable.Range(1, 40).Select(i => $"problem {i}")), 60, 20);
        Assert.Equal(18, lines.Count);
        Assert.Equal("Error: problem 1", lines[0]);
        Assert.Equal("problem 17", lines[16]);
        Assert.Equal("... and 23 more; `2> FILE` behind the command takes all.", lines[17]);
    }

    [Fact]
    public void A_file_takes_all_of_them() => Assert.Equal(40, Terminal.ErrorLines(string.Join('\n', Enumerable.Repeat("a problem", 40)), 0, 0).Count);
}
