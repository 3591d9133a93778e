using System.Text.Json.Nodes;
using Slipway.Imaging.Pictures;
using Slipway.Pipeline.Commands.Comparisons;
using Slipway.Pipeline.Commands.Snapshots;
using Slipway.Pipeline.Jobs;

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

    /// <summary>Nine seeds from 0 to 0.8, and with each of them 0.05 to 0.07 more on the other side: of the pairs only that is left.</summary>
    [Fact]
    public void What_a_seed_makes_easy_on_both_sides_is_no_difference()
    {
        double[] before = [.. Enumerable.Range(0, 9).Select(seed => 0.1 * seed)];

        var interval = Change(before, [.. before.Select((value, seed) => value + 0.05 + (seed % 3 * 0.01))]).Interval!.Value;

        Assert.InRange(interval.Low, 0.05, 0.06);
        Assert.InRange(interval.High, 0.06, 0.07);
    }

    [Fact]
    public void A_version_differs_from_none_as_the_evaluation_says()
    {
        var draws = new Random(5);
        EvaluationFigures Figures(double more) => new(draws.NextDouble(), null, draws.NextDouble() + more, 0, draws.NextDouble(), 1) { Leakage = draws.NextDouble() };
        MeasuredVersion Version(string name, double more) => new(
            name,
            [.. from kind in (string[])["sea", "beach", "room"] from seed in (int[])[11, 5, 7, 3] select new MeasuredSample(kind, seed, $"samples/{name}/{kind}_{seed}.png", new MeasuredPicture(Figures(more), new Dictionary<string, string>(), Page(), null))],
            [.. from kind in (string[])["sea", "room"] from seed in (int[])[11, 5] select new UntriggeredSample(kind, seed, $"drift/{name}/{kind}_{seed}.png", Page(), draws.Next(2))],
            [Page()]);
        Picture Page() => Picture.FromGrey(4, 4, [.. Enumerable.Range(0, 16).Select(_ => (byte)draws.Next(256))]);
        var evaluation = Evaluation.Of(new MascotFigures(null, CanBeTold: false, "A disc."), [Version("base", 0), Version("v01", 0.4)]);
        var document = EvaluationDocument.Parse(evaluation.ToJson(), "evaluation.json");
        IReadOnlyList<SampleFigures> Of(string version) => [.. document.Samples.Concat(document.Untriggered).Where(sample => sample.Version == version)];

        Assert.Superset(new HashSet<string> { "mascot_score", "leakage", "drift", "uninvited", "diversity" }, evaluation.Differences["v01"].Keys.ToHashSet());
        Assert.All(evaluation.Differences["v01"], difference =>
        {
            var interval = PairedDifference.Of(Of("base"), Of("v01"), difference.Key)!.Value;
            Assert.Equal(difference.Value.Low!.Value, interval.Low, 0.0002); // a picture's own figures are rounded to four digits
            Assert.Equal(difference.Value.High!.Value, interval.High, 0.0002);
        });
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

    [Fact]
    public void A_document_for_machines_has_every_member_in_its_place()
    {
        var comparison = new Comparison("v01", "v02 → ü")
        {
            Settings = [new SettingChange("sprite", null, "01234567", IsFile: true)],
            Measures = [new MeasureChange("v01", "drift", 0.1, null) { FromInterval = (0.05, 1e-7) }],
            Pictures = [new PictureChange("beach_11", "same", null, "beach", 11, null)],
            Notes = ["a\n"],
        };

        Assert.Equal(
            """
            {
              "from": "v01",
              "to": "v02 → ü",
              "settings": [
                {
                  "file": "sprite",
                  "from": null,
                  "to": "01234567"
                }
              ],
              "measures": [
                {
                  "version": "v01",
                  "measure": "drift",
                  "from": 0.1,
                  "from_interval": [
                    0.05,
                    1E-07
                  ],
                  "to": null,
                  "to_interval": null,
                  "difference": null,
                  "interval": null,
                  "beyond_noise": null
                }
              ],
              "pictures": [
                {
                  "name": "beach_11",
                  "state": "same",
                  "version": null,
                  "kind": "beach",
                  "seed": 11,
                  "ssim": null
                }
              ],
              "stages": [],
              "notes": [
                "a\n"
              ],
              "picture": null
            }
            """,
            ComparisonText.Json(comparison));
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

    private static IReadOnlyList<SampleFigures> Samples(double[] values) => [.. values.Select((value, seed) => new SampleFigures("v01", "beach", seed, $"{seed}.png", [("score", value)]))];
}
