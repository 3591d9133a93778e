using System.Globalization;
using Slipway.Diffusion.Text;
using Xunit;

namespace Slipway.Diffusion.Tests.Text;

public static class PromptTests
{
    /// <summary>Pieces as <c>text@weight</c>, with a slash before one that starts a chunk.</summary>
    private static string Shown(Prompt prompt) => string.Join(
        "|", prompt.Pieces.Select(piece => string.Create(CultureInfo.InvariantCulture, $"{(piece.StartsChunk ? "/" : "")}{piece.Text}@{piece.Weight:0.######}")));

    public sealed class TheParseMethod
    {
        /// <summary>The first twelve are what sd-scripts makes of them.</summary>
        [Theory]
        [InlineData("a (red:1.4) cat", "a @1|red@1.4| cat@1")]
        [InlineData("[blue] dog", "blue@0.909091| dog@1")]
        [InlineData("((big)) house", "big@1.21| house@1")]
        [InlineData("(a:1.5) (b", "a@1.5| @1|b@1.1")]
        [InlineData(@"plain \(esc\)", "plain (esc)@1")]
        [InlineData("(nested (deep:1.2) x:0.8)", "nested @0.8|deep@0.96| x@0.8")]
        [InlineData("a:1.2", "a:1.2@1")]
        [InlineData("(x:abc)", "x:abc@1.1")]
        [InlineData("[x:1.3]", "x:1.3@0.909091")]
        [InlineData("()", "@1")]
        [InlineData("no weights, at all", "no weights, at all@1")]
        [InlineData("(a, b:1.1), c", "a, b@1.1|, c@1")]
        [InlineData("", "@1")]
        [InlineData("(a: 1.2 )", "a@1.2")]
        [InlineData("(a:-1)(b:+.5)(c:2.)", "a@-1|b@0.5|c@2")]
        [InlineData("(a:1.2.3)", "a:1.2.3@1.1")]
        [InlineData("a) b] c", "a) b] c@1")]
        [InlineData("[[a", "a@0.826446")]
        [InlineData("([a])", "a@1")]
        [InlineData(@"\\ \[x\] \y", @"\ [x] y@1")]
        [InlineData(@"\", "@1")]
        [InlineData("a:b:c", "a:b:c@1")]
        [InlineData("a BREAK b", "a@1|/b@1")]
        [InlineData("BREAK a\nBREAK\nBREAK b", "@1|/a@1|/@1|/b@1")]
        [InlineData("(a BREAK b:1.2)", "a@1.2|/b@1.2")]
        [InlineData("BREAKS break aBREAK", "BREAKS break aBREAK@1")]
        public void Reads_the_web_UIs_syntax(string text, string expected) => Assert.Equal(expected, Shown(Prompt.Parse(text)));

        [Fact]
        public void Reads_any_text()
        {
            foreach (var unit in new[] { "(", "[", ":", " ", "(a:1", "BREAK ", @"\" })
                Assert.NotEmpty(Prompt.Parse(string.Concat(Enumerable.Repeat(unit, 1000))).Pieces);
        }
    }

    public sealed class TheParseCaptionMethod
    {
        [Theory]
        [InlineData("sail_kun, (beach:1.5), [sea]", "sail_kun, @1|beach@1.5|, @1|sea@0.909091")]
        [InlineData("(a: 1.2 )", "a: 1.2 @1.1")]
        [InlineData("a BREAK b", "a BREAK b@1")]
        [InlineData(@"saber \(fate\)", "saber (fate)@1")]
        public void Reads_captions_as_sd_scripts_does(string text, string expected) => Assert.Equal(expected, Shown(Prompt.ParseCaption(text)));
    }

    public sealed class TheEscapeMethod
    {
        [Theory]
        [InlineData("sail_kun (boat)")]
        [InlineData(@"a [b] \ c: (d:1.2)")]
        public void Gives_a_prompt_that_means_the_text(string text) => Assert.Equal($"{text}@1", Shown(Prompt.Parse(Prompt.Escape(text))));
    }

    public sealed class TheLiteralMethod
    {
        [Fact]
        public void Gives_brackets_no_meaning() => Assert.Equal("(a) BREAK@1", Shown(Prompt.Literal("(a) BREAK")));
    }
}
