using System.Text.Json.Nodes;
using Slipway.Pipeline.Commands.Comparisons;
using Slipway.Pipeline.Commands.Snapshots;

namespace Slipway.Pipeline.Tests.Commands.Comparisons;

public sealed class ComparisonTests
{
    [Theory]
    [InlineData(null, null, null, "Compare takes two versions")]
    [InlineData("v01", null, null, "Compare takes two versions")]
    [InlineData("v01", "v02", "HEAD", "Compare takes two versions")]
    [InlineData("v01", "v01", null, "--a and --b are both 'v01'")]
    public void What_cannot_be_compared_is_refused(string? a, string? b, string? with, string expected) =>
        Assert.StartsWith(expected, Assert.Throws<ArgumentException>(() => Read(a, b, with)).Message, StringComparison.Ordinal);

    [Fact]
    public void Two_versions_or_a_revision_are_taken()
    {
        Assert.Equal(new CompareRequest("v01", "base", null), Read("v01", "base", null));
        Assert.Equal(new CompareRequest(null, null, "HEAD~1"), Read(null, null, "HEAD~1"));
    }

    [Fact]
    public void A_difference_in_every_seed_is_beyond_noise_and_one_in_some_is_not()
    {
        double[] before = [0.1, 0.2, 0.3, 0.4];

        Assert.True(Change(before, [0.6, 0.7, 0.8, 0.9]).IsBeyondNoise);
        Assert.Equal((0.5, 0.5), Change(before, [0.6, 0.7, 0.8, 0.9]).Interval);
        Assert.False(Change(before, [0.6, 0.2, 0.3, 0.1]).IsBeyondNoise);
        Assert.Null(Change([0.1], [0.2]).IsBeyondNoise);
    }

    [Fact]
    public void Equal_figures_give_equal_intervals()
    {
        Assert.Equal(Change([0.1, 0.5, 0.2], [0.3, 0.1, 0.9]).Interval, Change([0.1, 0.5, 0.2], [0.3, 0.1, 0.9]).Interval);
        var (low, high) = Change([0.1, 0.5, 0.2], [0.3, 0.1, 0.9]).Interval!.Value;
        Assert.InRange(low, -0.4, 0.1667);
        Assert.InRange(high, 0.1667, 0.7);
    }

    [Fact]
    public void It_is_said_as_Markdown()
    {
        var lines = ComparisonText.Markdown(Made).Split('\n');

        Assert.Equal("# v02 → v03", lines[0]);
        Assert.Contains("| dataset       | white | with_background |", lines);
        Assert.Contains("| learning_rate | 4e-3  | not set         |", lines);
        Assert.Contains(lines, line => line.StartsWith("| background_recall | 0.05 | 0.8 [0.7, 0.9] | +0.75 [0.6, 0.85] | beyond noise |", StringComparison.Ordinal));
        Assert.Contains("1 different, 1 same", lines);
        Assert.Contains("| beach_11 | different | 0.4321 |", lines);
        Assert.Contains("artifacts/compare/v02-v03.png", lines);
    }

    [Fact]
    public void The_document_for_machines_has_everything()
    {
        var json = JsonNode.Parse(ComparisonText.Json(Made))!;

        Assert.Equal("v02", (string?)json["from"]);
        Assert.Equal("with_background", (string?)json["settings"]![0]!["to"]);
        Assert.Equal(0.9, (double)json["measures"]![0]!["to_interval"]![1]!);
        Assert.True((bool)json["measures"]![0]!["beyond_noise"]!);
        Assert.Null(json["measures"]![1]!["from"]);
        Assert.Equal(0.4321, (double)json["pictures"]![0]!["ssim"]!);
        Assert.Equal("artifacts/compare/v02-v03.png", (string?)json["picture"]);
    }

    private static Comparison Made => new("v02", "v03")
    {
        Settings = [new SettingChange("dataset", "white", "with_background", IsFile: false), new SettingChange("learning_rate", "4e-3", null, IsFile: false)],
        Measures = [new MeasureChange(null, "background_recall", 0.05, 0.8) { ToInterval = (0.7, 0.9), Interval = (0.6, 0.85) }, new MeasureChange(null, "drift", null, 0.1)],
        Pictures = [new PictureChange("beach_11", "different", null, "beach", 11, 0.4321), new PictureChange("beach_12", "same", null, "beach", 12, null)],
        Picture = "artifacts/compare/v02-v03.png",
    };

    private static CompareRequest Read(string? a, string? b, string? with) => CompareRequest.Read(name => name switch { "a" => a, "b" => b, _ => with });

    private static MeasureChange Change(double[] before, double[] after) =>
        new("v01", "score", before.Average(), after.Average()) { Interval = PairedDifference.Of(Samples(before), Samples(after), "score") };

    private static IEnumerable<SampleFigures> Samples(double[] values) => values.Select((value, seed) => new SampleFigures("v01", "beach", seed, $"{seed}.png", [("score", value)]));
}
