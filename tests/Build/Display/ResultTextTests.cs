using Slipway.Build.Display;
using Slipway.Pipeline;
using Slipway.Pipeline.Runs;

namespace Slipway.Build.Tests.Display;

public sealed class ResultTextTests
{
    private static readonly VersionMeasures Base = Measured("base", 1, 0);
    private static readonly VersionMeasures Last = Measured("v03", 0.9773, 1);

    [Fact]
    public void A_run_that_reused_everything_is_one_line() => Assert.Equal(
        ["Everything is up to date; reused: Backgrounds 3, Train 2."],
        ResultText.Lines([new("Backgrounds", null, 0, 3, TimeSpan.Zero), new("Train", "v01", 0, 1, TimeSpan.Zero), new("Train", "v02", 0, 1, TimeSpan.Zero)]));

    [Fact]
    public void Of_versions_that_were_named_it_says_that_they_are_reused() => Assert.Equal(
        ["Everything is up to date; reused: Tags 3, Train 2.", "Train v02: reused"],
        ResultText.Lines([new("Tags", null, 0, 3, TimeSpan.Zero), new("Train", "v01", 0, 1, TimeSpan.Zero), new("Train", "v02", 0, 1, TimeSpan.Zero)], ["v02"]));

    [Fact]
    public void The_table_stays_where_something_ran() => Assert.Equal(
        [
            "",
            "Stage         Version              Run  Reused      Time",
            "Backgrounds                          0       3     0.0 s",
            "Train         v01                    1       0    12.5 s",
        ],
        ResultText.Lines([new("Backgrounds", null, 0, 3, TimeSpan.Zero), new("Train", "v01", 1, 0, TimeSpan.FromSeconds(12.5))]));

    [Fact]
    public void A_long_name_keeps_its_distance() => Assert.Equal(
        [
            "",
            "Stage          Version              Run  Reused      Time",
            "Regularisation class                  1       0     0.5 s",
        ],
        ResultText.Lines([new("Regularisation", "class", 1, 0, TimeSpan.FromSeconds(0.5))]));

    [Fact]
    public void Tells_what_came_from_the_remote_cache_where_anything_did()
    {
        var (backgrounds, train) = (new StageSummary("Backgrounds", null, 0, 3, TimeSpan.Zero) { Remote = 2 }, new StageSummary("Train", "v01", 1, 0, TimeSpan.FromSeconds(12.5)));

        Assert.Equal(
            [
                "",
                "Stage         Version              Run  Reused  Remote      Time",
                "Backgrounds                          0       3       2     0.0 s",
                "Train         v01                    1       0       0    12.5 s",
            ],
            ResultText.Lines([backgrounds, train]));
        Assert.Equal(["Everything is up to date; reused: Backgrounds 3 (2 of them from the remote cache)."], ResultText.Lines([backgrounds]));
    }

    [Fact]
    public void Says_where_the_results_lie_and_what_was_measured()
    {
        var lines = ResultText.Lines(
            new RunResults([new("grids", "/home/boat/artifacts/grids/versions.png", 4), new("figures", "/home/boat/artifacts/evaluation.json", 0)], [Base, Last]),
            "/home/boat",
            60);
        Assert.Equal(
            [
                "",
                "grids    artifacts/grids/versions.png and 4 more",
                "figures  artifacts/evaluation.json",
                "",
                "Version  recall  presence  leakage",
                "base       1.00      0.00        -",
                "v03        0.98      1.00     0.25",
            ],
            lines);
    }

    [Fact]
    public void Columns_go_from_the_end_where_the_terminal_is_narrow() => Assert.Equal(
        ["Version  recall  presence", "v03        0.98      1.00"],
        ResultText.Lines(new RunResults([new("figures", "/home/evaluation.json", 0)], [Last]), "/home", 30).Skip(3));

    [Fact]
    public void Says_nothing_where_there_is_nothing() => Assert.Empty(ResultText.Lines(new RunResults([], []), "/home", 0));

    private static VersionMeasures Measured(string version, double recall, double presence) => new(
        version,
        new Dictionary<string, double?>(StringComparer.Ordinal) { ["background_recall"] = recall, ["mascot_presence"] = presence, ["drift"] = null, ["leakage"] = version == "base" ? null : 0.25 });
}
