using Slipway.Engine.Options;

namespace Slipway.Engine.Tests.Options;

/// <summary>What kinds of values can be told to do beyond what <see cref="Boat"/> needs.</summary>
public sealed class KindTests
{
    private static readonly ListOf<string> Names = new(new Text(), "a text or a list of texts") { MayBeOne = true };
    private static readonly ListOf<double> Shares = new(new Number(0, 1), "a list of numbers") { MayBeOne = true };
    private static readonly Mapped<string, int> Bits = new(new Word(["8", "16"]), int.Parse, bits => $"{bits}") { IsNumber = true };
    private static readonly Numbers<int> Pair = new(2, new Mapped<long, int>(new Whole(0, 9), value => (int)value, value => value))
    {
        Shorthand = new("`all` and a number", text => text.StartsWith("all", StringComparison.Ordinal), text => text.Length == 4 ? [text[3] - '0', text[3] - '0'] : null),
    };

    private static readonly Text Folder = new() { Rule = ("a folder's name", name => !name.Contains('/', StringComparison.Ordinal)), Spelling = name => name.ToUpperInvariant() };

    [Fact]
    public void One_value_alone_can_be_a_list_of_one()
    {
        Assert.Equal("tokyo, japan", Read(Names, "tokyo, japan"));
        Assert.Equal("a\nb", Read(Names, "[a, b]"));
        Assert.Equal("0.5", Read(Shares, "0.5"));
        Assert.Equal("0.5,1", Read(Shares, "0.5, 1"));
        Assert.Equal("0.5,1", Read(Shares, "[0.5, 1]"));
    }

    [Fact]
    public void One_value_alone_that_is_none_is_said_as_it_was_written()
    {
        Assert.Equal("must be a text, but is empty.", Read(Names, "null"));
        Assert.Equal("must be a number from 0 to 1, but is `0.5, 2, 3`.", Read(Shares, "0.5, 2, 3"));
        Assert.Equal("must be a number from 0 to 1, but is a mapping.", Read(Shares, "{a: 1}"));
        Assert.Equal("must be a number from 0 to 1, but is empty.", Read(Shares, ""));
        Assert.Equal("must be a list of numbers, but has `2` in it.", Read(Shares, "[1, 2]"));
    }

    [Theory]
    [InlineData("0,5", "; write 0.5, with a point")]
    [InlineData("1,5", "")]
    [InlineData("0,5,0", "")]
    [InlineData("a,5", "")]
    [InlineData(",5", "; write .5, with a point")]
    public void A_number_with_a_comma_is_told_what_to_write(string written, string advice) =>
        Assert.Equal($"must be a number from 0 to 1, but is `{written}`{advice}.", Read(new Number(0, 1), written));

    [Theory]
    [InlineData("1,000", "; write 1000, without a comma")]
    [InlineData("1,5", "")]
    [InlineData("9,000,000", "")]
    public void A_whole_number_with_a_comma_is_told_what_to_write(string written, string advice) =>
        Assert.Equal($"must be a whole number of 1 or more, but is `{written}`{advice}.", Read(new Whole(1), written));

    [Fact]
    public void Any_number_with_a_comma_is_told_what_to_write_where_nothing_else_is_asked()
    {
        Assert.Equal("; write 0.0001, with a point", DecimalComma.Advice(" 0,0001 "));
        Assert.Equal("", DecimalComma.Advice("0.0001"));
        Assert.Equal("", DecimalComma.Advice(null));
    }

    [Theory]
    [InlineData("true", "true")]
    [InlineData("false", "false")]
    [InlineData("auto", "auto")]
    [InlineData("\"true\"", "must be true, false or auto, but is `true`.")]
    [InlineData("maybe", "must be true, false or auto, but is `maybe`.")]
    [InlineData("[auto]", "must be true, false or auto, but is a list.")]
    public void A_switch_can_have_a_third_word(string written, string expected)
    {
        Assert.Equal(expected, Read(new SwitchOr("auto"), written));
        Assert.Equal("""{"enum":[true,false,"auto"]}""", new SwitchOr("auto").Schema().ToJsonString());
        Assert.False(new SwitchOr("auto").IsText);
    }

    [Fact]
    public void A_list_has_its_values_schema_or_is_one_value()
    {
        Assert.Equal("""{"anyOf":[{"type":"string"},{"type":"array","items":{"type":"string"}}]}""", Names.Schema().ToJsonString());
        Assert.Equal("""{"type":"array","items":{"type":"number","minimum":0,"maximum":1}}""", (Shares with { MayBeOne = false }).Schema().ToJsonString());
    }

    [Fact]
    public void Lists_are_the_same_when_their_values_are()
    {
        Assert.True(Names.AreEqual(["a", "b"], ["a", "b"]));
        Assert.False(Names.AreEqual(["a", "b"], ["b", "a"]));
        Assert.True(Pair.AreEqual([1, 2], [1, 2]));
        Assert.False(Pair.AreEqual([1, 2], [2, 1]));
        Assert.True(Pair.AreEqual(null, null));
        Assert.False(Pair.AreEqual([1, 2], null));
        Assert.False(Pair.AreEqual(null, [1, 2]));
    }

    [Fact]
    public void A_list_that_was_computed_has_nothing_but_values()
    {
        Assert.True(Shares.Allows([0, 1]));
        Assert.False(Shares.Allows([0, 2]));
        Assert.True(Pair.Allows(null));
        Assert.True(Pair.Allows([0, 9]));
        Assert.False(Pair.Allows([0, 10]));
        Assert.False(Pair.Allows([1]));
    }

    [Fact]
    public void A_shorthand_stands_for_a_list()
    {
        Assert.Equal("2 whole numbers from 0 to 9, or `all` and a number", Pair.Expected);
        Assert.Equal("3,3", Read(Pair, "all3"));
        Assert.Equal("1,2", Read(Pair, "1,2"));
        Assert.Equal("must be 2 numbers, or `all` and a number, but is `all`.", Read(Pair, "all"));
        Assert.Equal("must be 2 whole numbers from 0 to 9, or `all` and a number, but is `1`.", Read(Pair, "1"));
        Assert.Equal("must be 2 whole numbers from 0 to 9, or `all` and a number, but is a mapping.", Read(Pair, "{a: 1}"));
    }

    [Fact]
    public void Numbers_are_written_and_none_is_empty()
    {
        Assert.Equal("1,2", Pair.Write([1, 2]));
        Assert.Equal("", Pair.Write(null));
        Assert.Equal("", new OrNone<double>(new Number()).Write(null));
    }

    [Fact]
    public void A_text_can_have_a_rule_and_another_spelling()
    {
        Assert.Equal("BOATS", Read(Folder, "boats"));
        Assert.Equal("must be a folder's name, but is `a/b`.", Read(Folder, "a/b"));
    }

    [Fact]
    public void Words_can_be_numbers()
    {
        Assert.Equal("16", Read(Bits, "16"));
        Assert.Equal("must be one of 8, 16, but is `4`.", Read(Bits, "4"));
        Assert.False(Bits.IsText);
        Assert.True((Bits with { IsNumber = false }).IsText);
        Assert.Equal("""{"enum":[8,16]}""", Bits.Schema().ToJsonString());
        Assert.Equal("""{"enum":["8","16"]}""", (Bits with { IsNumber = false }).Schema().ToJsonString());
        Assert.True(Bits.AreEqual(8, 8));
    }

    [Fact]
    public void A_nothing_is_no_slip_where_it_means_none()
    {
        Assert.True(new OrNone<long>(new Whole(1)).TakesNothing);
        Assert.True(Pair.TakesNothing);
        Assert.True(Names.TakesNothing);
        Assert.True(new TextMap().TakesNothing);
        Assert.True(new Text { MayBeEmpty = true }.TakesNothing);
        Assert.True(new Text { MayBeNone = true }.TakesNothing);
        Assert.False(new Text().TakesNothing);
        Assert.False(new Whole(1).TakesNothing);
        Assert.True(new Mapped<string, string>(new Text { MayBeNone = true }, text => text, text => text).TakesNothing);
        Assert.Equal("", Read(new OrNone<long>(new Whole(1)), "null"));
        Assert.Equal("must be a whole number of 1 or more, but is `0`.", Read(new OrNone<long>(new Whole(1)), "0"));
    }

    [Theory]
    [InlineData(0, 1, true)]
    [InlineData(0.5, 0.5, true)]
    [InlineData(-0.1, 0.5, false)]
    [InlineData(0.5, 1.1, false)]
    [InlineData(0.6, 0.5, false)]
    public void Of_two_numbers_the_smaller_comes_first_and_both_lie_in_the_range(double from, double to, bool expected) =>
        Assert.Equal(expected, new FromTo(0, 1).Allows((from, to)));

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(-0.1, false)]
    [InlineData(1.1, false)]
    [InlineData(double.NaN, false)]
    public void A_range_holds_its_ends(double value, bool expected) => Assert.Equal(expected, new Number(0, 1).Allows(value));

    [Fact]
    public void A_number_is_written_with_the_digits_that_give_it_back() =>
        Assert.Equal("0.30000000000000004", new Number().Write(0.1 + 0.2));

    [Fact]
    public void A_whole_number_without_a_greatest_has_none_in_its_schema()
    {
        Assert.Equal("""{"type":"integer","minimum":0}""", new Whole(0, long.MaxValue).Schema().ToJsonString());
        Assert.Equal("a whole number of 0 or more", new Whole(0, long.MaxValue).Expected);
    }

    /// <summary>The value in its spelling, or what is wrong.</summary>
    private static string Read<TValue>(Kind<TValue> kind, string written)
    {
        var slips = new List<Slip>();
        return kind.TryRead(Written.Of(written), slips, out var value) && slips.Count == 0 ? kind.Write(value) : Assert.Single(slips).What;
    }
}
