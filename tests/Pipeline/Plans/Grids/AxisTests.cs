using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Slipway.Pipeline.Plans.Axes;

namespace Slipway.Pipeline.Tests.Plans.Grids;

/// <summary>Entries of axes, as the web UIs' X/Y/Z plot takes them.</summary>
public sealed class AxisTests
{
    [Theory]
    [InlineData(AxisKind.Strength, "0.2-1.0 (+0.2)", "0.2|0.4|0.6|0.8|1")]
    [InlineData(AxisKind.Strength, "0-1 [5]", "0|0.25|0.5|0.75|1")]
    [InlineData(AxisKind.Strength, "1-0 [3]", "1|0.5|0")]
    [InlineData(AxisKind.Strength, "-1-1", "-1|0|1")]
    [InlineData(AxisKind.Strength, "0-1 (+0.3)", "0|0.3|0.6|0.9")] // none beyond the end
    [InlineData(AxisKind.Strength, "0.50, 1", "0.5|1")]
    [InlineData(AxisKind.Seed, "1-5", "1|2|3|4|5")]
    [InlineData(AxisKind.Seed, "1-10 [5]", "1|3|5|7|10")]
    [InlineData(AxisKind.Seed, "10-1 (-3)", "10|7|4|1")]
    [InlineData(AxisKind.Seed, "3-1", "3|2|1")]
    [InlineData(AxisKind.Seed, "7-7", "7")]
    [InlineData(AxisKind.Seed, " 1, 4 - 6 ( +1 ),9", "1|4|5|6|9")]
    [InlineData(AxisKind.SavedStep, "100-300 (+100), end", "100|200|300|end")]
    [InlineData(AxisKind.Sampler, "euler A, DDIM", "Euler a|DDIM")]
    [InlineData(AxisKind.Guidance, "1,7.5", "1|7.5")]
    [InlineData(AxisKind.Replace, "sea, \"sea, sky\", \"\"", "sea|sea, sky|")]
    [InlineData(AxisKind.Replace, "a, \"say \"\"b\"\"\"", "a|say \"b\"")]
    [InlineData(AxisKind.Prompt, "beach,night_sky", "beach|night_sky")]
    public void Entries_are_written_out(AxisKind kind, string text, string expected)
    {
        Assert.Null(GridAxis.Read(kind, text, out var axis));
        Assert.Equal(expected, string.Join('|', axis.Values));
    }

    [Theory]
    [InlineData(AxisKind.Seed, "", "is empty")]
    [InlineData(AxisKind.Seed, " ", "is empty")]
    [InlineData(AxisKind.Seed, "1,,2", "has an empty entry")]
    [InlineData(AxisKind.Seed, "1,", "has an empty entry")]
    [InlineData(AxisKind.Seed, "1-5 (+0)", "has `1-5 (+0)`, a range that ends nowhere: its step is 0")]
    [InlineData(AxisKind.Seed, "1-5 (-1)", "has `1-5 (-1)`, a range that ends nowhere: from 1 a step of -1 never comes to 5")]
    [InlineData(AxisKind.Strength, "1-0 (+0.1)", "has `1-0 (+0.1)`, a range that ends nowhere: from 1 a step of 0.1 never comes to 0")]
    [InlineData(AxisKind.Seed, "1-5 [0]", "has `1-5 [0]`, a range of 0 numbers; expected 1 to 100000")]
    [InlineData(AxisKind.Seed, "1-3 [9]", "has `1` twice, which would be drawn twice; remove one")]
    [InlineData(AxisKind.Seed, "1, 1-2", "has `1` twice, which would be drawn twice; remove one")]
    [InlineData(AxisKind.Seed, "0-4294967295", "has `0-4294967295`, a range of 4294967296 numbers; expected 100000 at most")]
    [InlineData(AxisKind.Seed, "-1", "has -1; expected whole numbers from 0 to 4294967295")]
    [InlineData(AxisKind.Seed, "1.5", "has 1.5; expected whole numbers from 0 to 4294967295")]
    [InlineData(AxisKind.Seed, "1-5 (+0.5)", "has `1-5 (+0.5)`, whose step is no whole number")]
    [InlineData(AxisKind.Seed, "one", "has `one`; expected whole numbers from 0 to 4294967295, or a range such as `1-5`, `0.2-1.0 (+0.2)` or `1-10 [5]`")]
    [InlineData(AxisKind.Steps, "0-10 (+5)", "has 0; expected whole numbers from 1 to 1000")]
    [InlineData(AxisKind.Guidance, "7, 101", "has 101; expected numbers from 1 to 100")]
    [InlineData(AxisKind.Sampler, "Euler b", "has `Euler b`; did you mean `Euler a`?")]
    [InlineData(AxisKind.Replace, "sea", "must have the text that is looked for and at least one that stands in its place")]
    [InlineData(AxisKind.Replace, "\"\", sea", "has an empty entry")]
    [InlineData(AxisKind.Prompt, "\"beach", "has a quote that does not end")]
    [InlineData(AxisKind.Prompt, "\"beach\" sea", "has something behind a quoted entry: `sea`; double a quote that is part of an entry")]
    public void What_cannot_be_is_refused_and_said(AxisKind kind, string text, string expected) => Assert.Equal(expected, GridAxis.Read(kind, text, out _));

    [Fact]
    public void Whatever_entries_there_are_come_back_from_one_text()
    {
        var letter = Gen.Elements('a', ' ', ',', '"', '海', '-', '(', '<', ':');
        Prop.ForAll(letter.NonEmptyListOf().Select(letters => new string([.. letters])).NonEmptyListOf().ToArbitrary(), entries =>
        {
            Assert.Null(AxisList.Split(string.Join(" , ", entries.Select(AxisList.Write)), out var read));
            Assert.Equal(entries, read);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Any_text_is_read_or_refused_and_nothing_else()
    {
        var letter = Gen.Elements("0123456789.,-+()[] \"endx".ToCharArray());
        var kinds = Gen.Elements(Enum.GetValues<AxisKind>());
        Prop.ForAll((from text in letter.ArrayOf() from kind in kinds select (Text: new string(text), Kind: kind)).ToArbitrary(), given =>
        {
            if (GridAxis.Read(given.Kind, given.Text, out var axis) is null)
                Assert.NotEmpty(axis.Values);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_range_has_both_ends_and_equal_steps()
        => Prop.ForAll((from start in Gen.Choose(0, 400) from step in Gen.Choose(1, 15) from count in Gen.Choose(1, 40) select (start, step, count)).ToArbitrary(), given =>
        {
            var (start, step, count) = given;
            var end = start + (step * (count - 1));
            var expected = Enumerable.Range(0, count).Select(i => ((start + (i * step)) / 100m).ToString("0.##", CultureInfo.InvariantCulture)).ToArray();
            var text = string.Create(CultureInfo.InvariantCulture, $"{start / 100m}-{end / 100m} (+{step / 100m})");
            Assert.Null(GridAxis.Read(AxisKind.Strength, text, out var axis));
            Assert.Equal(expected, axis.Values);
        }).QuickCheckThrowOnFailure();
}
