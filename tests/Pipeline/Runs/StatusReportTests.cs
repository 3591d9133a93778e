using System.Text.Json;
using Slipway.Engine.Caching;
using Slipway.Engine.Execution;
using Slipway.Engine.Jobs;
using Slipway.Pipeline.Runs;

namespace Slipway.Pipeline.Tests.Runs;

public sealed class StatusReportTests
{
    private const string There = "https://cache.example.org/slipway";

    [Fact]
    public void What_the_remote_cache_has_is_told_stage_by_stage_and_together() => Assert.Equal(
        [
            "Backgrounds: up to date (3 reused)",
            "Tags: 1 would run, 2 reused, 1 of them from the remote cache", "    1 item (0): is new",
            "Train: 0 would run, 1 reused, 1 of them from the remote cache",
            $"The remote cache {There} has 2 of 3 results that are missing here.",
            "1 of 3 stages would run: Tags.",
        ],
        Report(There, ("Backgrounds", 0, 3, 0), ("Tags", 1, 1, 1), ("Train", 0, 0, 1)).Lines());

    [Fact]
    public void Where_it_has_all_nothing_would_run() => Assert.Equal(
        ["Train: 0 would run, 1 reused, 1 of them from the remote cache", $"The remote cache {There} has 1 of 1 results that are missing here.", "Nothing would run: what is missing here is in the remote cache."],
        Report(There, ("Train", 0, 0, 1)).Lines());

    [Fact]
    public void Where_nobody_was_asked_nothing_is_said_of_it() => Assert.Equal(
        ["Train: 1 would run, 0 reused", "    is new", "1 of 1 stages would run: Train."],
        Report(null, ("Train", 1, 0, 0)).Lines());

    [Fact]
    public void Nodes_that_nobody_has_asked_are_told() => Assert.Contains(
        "The cluster's nodes have not been asked what they are: this holds where they are as this machine. A run asks them first.",
        (Report(null, ("Train", 1, 0, 0)) with { NodesAreUnknown = true }).Lines());

    [Fact]
    public void Machines_get_the_numbers_and_the_address()
    {
        using var document = JsonDocument.Parse(Report(There, ("Tags", 1, 1, 1)).ToJson());
        var stage = document.RootElement.GetProperty("stages")[0];

        Assert.Equal(There, document.RootElement.GetProperty("remote_cache").GetString());
        Assert.Equal((1, 2, 1), (stage.GetProperty("would_run").GetInt32(), stage.GetProperty("reused").GetInt32(), stage.GetProperty("remote").GetInt32()));
    }

    [Fact]
    public void The_document_keeps_its_bytes_whatever_it_says()
    {
        var reason = new ItemReason([new FingerprintChange(EntryKind.Parameter, "caption", "<帆>", "\"+'\ud83d")], ["is new"]);
        var report = Report("https://帆.example/?a&b", ("Train <帆>", 0, 1, 0)) with
        {
            Plan = "帆 \"plan\".yaml",
            Stages =
            [
                (new StageNode("Train <帆>", "v01", []), new StageOutcome("Train <帆>", [new ItemOutcome("v01", [], reason, IsPending: true)], null, null, TimeSpan.Zero)),
                (new StageNode("Tags", null, []), new StageOutcome("Tags", [], null, null, TimeSpan.Zero)),
            ],
            Times = [TimeSpan.FromSeconds(12.345), null],
            Edited = ["artifacts/帆&.png"],
        };

        Assert.Equal(
            """
            {
              "plan": "帆 \"plan\".yaml",
              "profile": "tiny",
              "stages": [
                {
                  "stage": "Train <帆>",
                  "version": "v01",
                  "would_run": 1,
                  "reused": 0,
                  "remote": 0,
                  "seconds": 12.3,
                  "reasons": [
                    {
                      "kind": "parameter",
                      "role": "caption",
                      "old": "<帆>",
                      "new": "\"+'\uFFFD",
                      "count": 1
                    },
                    {
                      "note": "is new",
                      "count": 1
                    }
                  ]
                },
                {
                  "stage": "Tags",
                  "version": null,
                  "would_run": 0,
                  "reused": 0,
                  "remote": 0,
                  "seconds": null,
                  "reasons": []
                }
              ],
              "edited": [
                "artifacts/帆&.png"
              ],
              "remote_cache": "https://帆.example/?a&b"
            }
            """,
            report.ToJson());
        Assert.EndsWith("\"edited\": [],\n  \"remote_cache\": null\n}", Report(null).ToJson(), StringComparison.Ordinal);
    }

    private static StatusReport Report(string? remote, params (string Stage, int Run, int Here, int There)[] stages) => new(
        "lora.pipeline.yaml",
        "tiny",
        [.. stages.Select(stage => (new StageNode(stage.Stage, null, []), new StageOutcome(stage.Stage, Items(stage.Run, stage.Here, stage.There), null, null, TimeSpan.Zero)))],
        [])
    {
        EditAdvice = "",
        Remote = remote,
        Times = [.. stages.Select(_ => (TimeSpan?)null)],
    };

    private static IReadOnlyList<ItemOutcome> Items(int run, int here, int there) =>
    [
        .. Enumerable.Range(0, run + here + there).Select(i => new ItemOutcome($"{i}", [], i < run ? new ItemReason([], ["is new"]) : null, IsPending: i < run) { IsRemote = i >= run + here }),
    ];
}
