using System.Text.RegularExpressions;
using Slipway.Pipeline.Reports;

namespace Slipway.Pipeline.Tests.Reports;

public sealed partial class ReportPageTests
{
    [Fact]
    public void No_text_of_the_data_ends_its_place_in_the_page_or_is_taken_for_one()
    {
        const string Hostile = "</script><!-- {{script}} {{report}} & \u2028 海";
        var json = ReportJson.Write(new { Caption = Hostile });

        var page = ReportPage.Of("en", "<title> & more", json);

        Assert.DoesNotContain('<', json);
        Assert.Contains(json, page, StringComparison.Ordinal);
        Assert.Contains("<title>&lt;title&gt; &amp; more</title>", page, StringComparison.Ordinal);
        Assert.Contains("海", json, StringComparison.Ordinal);
        using var read = System.Text.Json.JsonDocument.Parse(json);
        Assert.Equal(Hostile, read.RootElement.GetProperty("caption").GetString());
    }

    [Fact]
    public void The_page_is_whole_and_names_no_other_place()
    {
        var page = ReportPage.Of("ja", "sail_kun", "{}");

        Assert.Contains("<html lang=\"ja\">", page, StringComparison.Ordinal);
        Assert.DoesNotContain("{{", page, StringComparison.Ordinal);
        // The only one is a name of XML.
        Assert.Equal("http://www.w3.org/2000/svg", Assert.Single(page.Split('"'), text => text.Contains("://", StringComparison.Ordinal)));
    }

    [Fact]
    public void Both_languages_have_the_same_texts_with_the_same_gaps()
    {
        var (english, japanese) = (Names("en"), Names("ja"));

        Assert.NotEmpty(english);
        Assert.Equal(english, japanese);
    }

    /// <summary>The names of a table in their order, each with the gaps of its text.</summary>
    private static List<string> Names(string language)
    {
        var table = File.ReadAllText(Path.Combine(Repository.Root, "pipeline", "Reports", "Page", $"texts-{language}.js"));
        return
        [
            .. Text().Matches(table).Select(text => $"{text.Groups["name"].Value}: {string.Join(' ', Gap().Matches(text.Groups["text"].Value).Select(gap => gap.Value).Order(StringComparer.Ordinal))}"),
        ];
    }

    [GeneratedRegex("""(?<name>"?[\w.]+"?): "(?<text>[^"]*)["]""", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Text();

    [GeneratedRegex(@"\{\w+\}", RegexOptions.None, 5000)]
    private static partial Regex Gap();
}
