using System.Text;
using Slipway.Engine.Files;

namespace Slipway.Engine.Tests.Files;

public sealed class FileNameTests
{
    [Theory]
    [InlineData("Train v03", "Train%20v03")]
    [InlineData("../x", "%2E%2E%2Fx")]
    [InlineData("a%20b", "a%2520b")]
    [InlineData("Züge", "Z%C3%BCge")]
    public void Names_stay_different_and_inside(string name, string expected) => Assert.Equal(expected, FileName.Of(name));

    [Theory]
    [InlineData("beach")]
    [InlineData("tokyo_(city)")]
    [InlineData("blue sky")]
    [InlineData("d.va_(overwatch)")]
    [InlineData("!_!")]
    [InlineData("海")]
    [InlineData("がいこく")]
    [InlineData("été")]
    [InlineData("🌊")]
    public void Tags_that_every_file_system_takes_stay_as_they_are(string tag) => Assert.Equal(tag, FileName.OfTag(tag));

    [Theory]
    [InlineData("fate/stay_night", "fate%2Fstay_night")]
    [InlineData(".x", "%2Ex")]
    [InlineData("x/...", "x%2F..%2E")]
    [InlineData(".", "%2E")]
    [InlineData("a\nb", "a%0Ab")]
    [InlineData("C:\\x", "C%3A%5Cx")]
    [InlineData("^_^?", "^_^%3F")]
    [InlineData(" x ", "%20x%20")]
    [InlineData("100%", "100%25")]
    [InlineData("%2F", "%252F")]
    [InlineData("e\u0301", "e%CC%81")] // é in two parts
    [InlineData("\u1112\u1161\u11ab", "%E1%84%92%E1%85%A1%E1%86%AB")] // a syllable of Hangul in three
    [InlineData("\u212b", "%E2%84%AB")] // the unit, which file systems take for the letter
    [InlineData("\u202ex", "%E2%80%AEx")] // turns what follows round
    [InlineData("", "")]
    public void Whatever_else_a_tag_has_is_written_out(string tag, string expected) => Assert.Equal(expected, FileName.OfTag(tag));

    [Theory]
    [InlineData("..")]
    [InlineData("../x")]
    [InlineData("x/../../y")]
    [InlineData("x\\..\\y")]
    public void A_way_through_folders_is_its_hash_alone(string tag) => Assert.Matches("^%~[0-9a-f]{32}$", FileName.OfTag(tag));

    [Theory]
    [InlineData("\u1100\u11ff\ua960\ua97c\ud7b0\ud7fb")] // single letters of Hangul
    [InlineData("\u1f00\u1ffe\u0374\u037e\u0387\u2126\u212a\u212b\u2329\u232a")] // letters with two spellings
    [InlineData("\uf900\ufb4f\ufa70")] // letters for the sake of other tables
    [InlineData("\u0301\u0903\u20dd\u0085\u200b\u2028\u2029\u00a0\ue000\u0378")] // marks, controls, blanks, and what means nothing
    [InlineData("\u007f\u0001/\\:*?\"<>|%")]
    public void Letters_of_which_a_file_system_makes_others_are_written_out(string letters) =>
        Assert.All(letters, letter => Assert.Equal($"a{string.Concat(Encoding.UTF8.GetBytes($"{letter}").Select(part => $"%{part:X2}"))}b", FileName.OfTag($"a{letter}b")));

    [Theory]
    [InlineData("\u10ff\u1200\ua95f\ua984\uac00")]
    [InlineData("\u1eff\u2010\u2122\u2190\ufb50\u4e00")]
    [InlineData("~}{ !.")]
    public void Their_neighbours_stay(string letters) => Assert.All(letters, letter => Assert.Equal($"a{letter}b", FileName.OfTag($"a{letter}b")));

    [Theory]
    [InlineData(83, 83)]
    [InlineData(85, 85)]
    [InlineData(87, 86)]
    public void A_tag_is_cut_before_a_letter_of_two_halves_and_not_earlier(int before, int kept) =>
        Assert.StartsWith(new string('x', kept) + "%~", FileName.OfTag(new string('x', before) + string.Concat(Enumerable.Repeat("🌊", 20))), StringComparison.Ordinal);

    [Fact]
    public void Half_a_character_is_written_out() => Assert.Equal("a%uD83Db", FileName.OfTag("a\ud83db"));

    [Fact]
    public void Long_tags_are_short_and_stay_different()
    {
        string[] tags = [new('x', 300), new string('x', 299) + "y", new('海', 300), string.Concat(Enumerable.Repeat("🌊", 100)), "x" + string.Concat(Enumerable.Repeat("🌊", 100)), new('/', 300), new('/', 301), new('\ud83d', 300), new string('\ud83d', 299) + "\ud83e", new string('x', 300) + "\u0001\u000b", new string('x', 300) + "\u000b\u0001"];
        var names = tags.Select(FileName.OfTag).ToList();
        names.AddRange(names.Select(FileName.OfTag).ToList()); // a tag that is called as a short name is another tag
        Assert.Distinct(names);
        Assert.All(names, name => Assert.InRange(Encoding.UTF8.GetByteCount(name), 80, FileName.LongestTag));
        Assert.All(names, name => Assert.Equal(name, new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(Encoding.UTF8.GetBytes(name))));
        Assert.Equal(FileName.LongestTag, names[0].Length);
        Assert.Equal(new string('x', FileName.LongestTag), FileName.OfTag(new string('x', FileName.LongestTag)));
    }
}
