using Slipway.Pipeline.Plans.Grids;

namespace Slipway.Pipeline.Tests.Plans.Grids;

public sealed class ReplacementTests
{
    [Theory]
    [InlineData("v01", "0.8", "boat, (sea:1.2) <lora:v01:0.8>")]
    [InlineData("v03", "1", "boat, (sea:1.2) <lora:v03:1>")]
    public void A_LoRAs_name_and_its_strength_are_replaced_whichever_axis_stands_first(string name, string strength, string expected)
    {
        const string Prompt = "boat, (sea:1.2) <lora:NAME:1>";
        Assert.Equal(expected, new Replacement(["NAME", ":1>"]).Of(Prompt, [name, $":{strength}>"]));
        Assert.Equal(expected, new Replacement([":1>", "NAME"]).Of(Prompt, [$":{strength}>", name]));
    }

    [Fact]
    public void What_one_axis_puts_in_another_does_not_replace()
    {
        Assert.Equal("b a", new Replacement(["a", "b"]).Of("a b", ["b", "a"]));
        Assert.Equal("<lora:v02:0.5>", new Replacement(["v01", "1"]).Of("<lora:v01:1>", ["v02", "0.5"]));
        Assert.Equal("<lora:v11:0.5>", new Replacement(["1", "v01"]).Of("<lora:v01:1>", ["0.5", "v11"]));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    public void A_text_that_stands_only_inside_another_axis_text_is_replaced_in_what_that_one_puts_in(int first, int second)
    {
        string[] searched = ["<lora:v01:1>", ":1>"];
        IReadOnlyList<string>[] entries = [["<lora:v01:1>", "<lora:v02:1>"], [":1>", ":0.5>"]];
        var replacement = new Replacement([searched[first], searched[second]]);
        Assert.Null(replacement.Problem("sea <lora:v01:1>", [entries[first], entries[second]]));
        Assert.Equal("sea <lora:v02:0.5>", replacement.Of("sea <lora:v01:1>", [entries[first][1], entries[second][1]]));
    }

    [Theory]
    [InlineData("sea", "sea", "sky", 1, "looks for `sky`, which is not in the prompt `sea`")]
    [InlineData("sea", "sea", "sea", 1, "looks for `sea`, as another axis does")]
    [InlineData("sea", "sea", "ea", 1, "looks for `ea`, which stands in the prompt `sea` only inside what another axis replaces, and not in that one's entry `sun`")]
    [InlineData("abc", "ab", "bc", 1, "looks for `bc`, which stands in the prompt `abc` only across what another axis replaces")]
    public void What_cannot_be_replaced_is_named(string prompt, string first, string second, int axis, string expected)
    {
        var problem = new Replacement([first, second]).Problem(prompt, [[first, "sun"], [second, "moon"]]);
        Assert.Equal((axis, expected), problem);
    }
}
