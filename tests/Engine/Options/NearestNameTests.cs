using Slipway.Engine.Options;

namespace Slipway.Engine.Tests.Options;

public sealed class NearestNameTests
{
    private static readonly string[] Known = ["optimizer_type", "learning_rate", "lr", "seed"];

    [Theory]
    [InlineData("learning_rat")] // a letter is missing
    [InlineData("learning_ratee")] // one is too many
    [InlineData("learning_rste")] // one is another
    [InlineData("laerning_rate")] // two have changed places
    [InlineData("elarning_rate")] // at the beginning too
    [InlineData("LEARNING_RATE")]
    [InlineData("xxxxning_rate")] // a third of the letters may be wrong
    public void What_is_near_a_known_name_means_it(string written) =>
        Assert.Equal("did you mean `learning_rate`?", NearestName.Hint(written, Known));

    [Theory]
    [InlineData("xxxxxing_rate")]
    [InlineData("colour")]
    [InlineData("")]
    public void What_is_near_none_shows_them_all_in_order(string written) =>
        Assert.Equal("known here: learning_rate, lr, optimizer_type, seed.", NearestName.Hint(written, Known));

    [Theory]
    [InlineData("l", "lr")] // of a short name one letter may be wrong, whatever its length
    [InlineData("lrx", "lr")]
    [InlineData("rl", "lr")] // a change of places is one slip
    [InlineData("sed", "seed")]
    [InlineData("eeds", null)] // two slips
    [InlineData("red", null)]
    public void Of_a_short_name_one_letter_may_be_wrong(string written, string? expected) =>
        Assert.Equal(expected is null ? "known here: lr, seed." : $"did you mean `{expected}`?", NearestName.Hint(written, ["seed", "lr"]));

    [Fact]
    public void The_nearest_of_several_is_meant() => Assert.Equal("did you mean `masks`?", NearestName.Hint("maskss", ["masts", "masks", "mask"]));

    [Fact]
    public void Of_several_that_are_as_near_the_first_of_the_alphabet_is_meant() => Assert.Equal("masks", NearestName.Find("mass", ["masts", "masks"]));

    [Fact]
    public void Where_nothing_is_known_that_is_said() => Assert.Equal("none is known here.", NearestName.Hint("seed", []));
}
