using FsCheck;
using FsCheck.Fluent;
using Slipway.Imaging.Fonts;

namespace Slipway.Imaging.Tests.Fonts;

public sealed class LabelFontTests : IDisposable
{
    private readonly LabelFont _font = new(16);

    public void Dispose() => _font.Dispose();

    [Fact]
    public void Small_letters_and_capitals_and_kanji_are_each_their_own_shape()
    {
        string[] letters = ["a", "A", "é", "ß", "Ω", "я", "海", "帆", "あ", "ア", "→", "★", "…", "×"];
        Assert.Equal(letters.Length, letters.Select(letter => Convert.ToHexString(_font.Draw(letter).Coverage)).Distinct(StringComparer.Ordinal).Count());
    }

    [Theory]
    [InlineData(0x20, 0x7E)] // Basic Latin
    [InlineData(0xA1, 0x17F)] // Latin-1, Latin Extended-A
    [InlineData(0x3041, 0x3094)] // hiragana
    [InlineData(0x30A1, 0x30FE)] // katakana
    public void Has_every_letter_of_a_block(int first, int last)
    {
        var box = Convert.ToHexString(_font.Draw("□").Coverage);
        Assert.Equal([], Enumerable.Range(first, last - first + 1).Where(letter => Convert.ToHexString(_font.Draw(char.ConvertFromUtf32(letter)).Coverage) == box).Select(char.ConvertFromUtf32));
    }

    [Theory]
    [InlineData("亜唖娃阿哀愛挨姶逢葵茜穐悪握渥旭葦芦鯵梓")] // the first of level 1
    [InlineData("蓮連錬呂魯櫓炉賂路露労婁廊弄朗楼榔浪漏牢狼篭老聾蝋郎六麓禄肋録論倭和話歪賄脇惑枠鷲亙亘鰐詫藁蕨椀湾碗腕")] // its last
    [InlineData("弌丐丕个丱丶丼丿乂乖乘亂亅豫亊舒弍于亞亟")] // the first of level 2
    [InlineData("龝龠堯槇遙瑤凜熙")] // its last
    [InlineData("髙﨑①㈱")] // code page 932
    public void Has_the_kanji_of_both_levels(string kanji)
    {
        var box = Convert.ToHexString(_font.Draw("□").Coverage);
        Assert.All(kanji, letter => Assert.NotEqual(box, Convert.ToHexString(_font.Draw(letter.ToString()).Coverage)));
    }

    [Theory]
    [InlineData(0xD83D, 0xDE00)] // 😀
    [InlineData(0xD55C)] // 한
    [InlineData(0xD83D)] // half of a pair
    [InlineData(0xFFFD)]
    public void A_letter_that_it_lacks_is_a_box(int first, int second = 0x200D)
    {
        var letter = $"{(char)first}{(char)second}"; // a joiner is nothing
        Assert.Equal(_font.Draw("a□b").Coverage, _font.Draw($"a{letter}b").Coverage);
    }

    [Fact]
    public void Breaks_and_joiners_are_no_letters()
    {
        Assert.Equal(_font.Draw("a b c").Coverage, _font.Draw("a\nb\tc").Coverage);
        Assert.Equal(_font.Draw("ab").Coverage, _font.Draw("a\u200D\uFE0Fb").Coverage);
        Assert.Equal(0, _font.Measure(""));
        Assert.All(_font.Draw("").Coverage, cover => Assert.Equal(0, cover));
    }

    [Fact]
    public void A_line_of_many_letters_is_as_wide_as_they_are()
    {
        Assert.Equal(16, _font.Measure("海"));
        Assert.Equal(1600, _font.Measure(new string('海', 100)));
        Assert.InRange(_font.Measure("iiii"), 1, _font.Measure("MMMM") / 2);
    }

    [Theory]
    [InlineData("two words", 60, 3, "two|words")]
    [InlineData("one_two_three", 75, 3, "one_two_|three")]
    [InlineData("吾輩は猫である。", 64, 3, "吾輩は猫|である。")]
    [InlineData("吾輩は猫。である", 64, 3, "吾輩は|猫。であ|る")] // no line begins with a full stop
    [InlineData("unbreakableness", 64, 3, "unbrea|kablen|ess")]
    [InlineData("  ", 64, 2, "")]
    public void Wraps_behind_words_and_between_kanji(string text, int width, int lines, string expected) => Assert.Equal(expected, string.Join('|', _font.Wrap(text, width, lines)));

    [Fact]
    public void What_does_not_fit_ends_in_an_ellipsis()
    {
        var lines = _font.Wrap("alpha beta gamma delta epsilon zeta", 60, 2);
        Assert.Equal(2, lines.Count);
        Assert.EndsWith("…", lines[1], StringComparison.Ordinal);
        Assert.Equal("帆船…", Assert.Single(_font.Wrap("帆船である", 50, 1)));
    }

    [Fact]
    public void Lines_fit_and_lose_nothing_but_spaces()
    {
        var letter = Gen.Elements('a', 'W', ' ', ',', '_', '海', 'あ', '。', '\uD83D', '\uDE00', '\n', 'é');
        Prop.ForAll((from text in letter.ArrayOf() from width in Gen.Choose(20, 200) select (Text: new string(text), Width: width)).ToArbitrary(), given =>
        {
            var lines = _font.Wrap(given.Text, given.Width, int.MaxValue);
            Assert.All(lines, line => Assert.True(_font.Measure(line) <= given.Width, line));
            Assert.Equal(Bare(given.Text), Bare(string.Concat(lines)));
            Assert.All(_font.Wrap(given.Text, given.Width, 2), line => Assert.True(_font.Measure(line) <= given.Width, line));
        }).QuickCheckThrowOnFailure();

        static string Bare(string text) => string.Concat(text.Where(letter => !char.IsWhiteSpace(letter)));
    }

    [Fact]
    public void Comes_with_its_licence_and_is_at_most_4_MB()
    {
        Assert.InRange(LabelFont.ReadFile().Length, 1 << 20, 4_000_000);
        using var licence = typeof(LabelFont).Assembly.GetManifestResourceStream("Slipway.Imaging.Fonts.OFL.txt");
        Assert.Contains("SIL OPEN FONT LICENSE Version 1.1", new StreamReader(licence!).ReadToEnd(), StringComparison.Ordinal);
    }
}
