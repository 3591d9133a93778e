using Slipway.Engine.Caching;
using Slipway.Engine.Execution;
using Slipway.Engine.Jobs;
using Slipway.Pipeline.Runs;

namespace Slipway.Pipeline.Tests.Runs;

public sealed class WorkTimesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Cache _cache;
    private readonly StageNode[] _stages;

    public WorkTimesTests()
    {
        _cache = new Cache(_folder.Path, _ => { });
        _stages = [Stage("Backgrounds", null, 4, 80), Stage("Train", "v01", 1, 1600), Stage("Train", "v02", 1, 400), Stage("Tags", null, 2, 1)];
        Ran("Backgrounds", 2, 4);
        Ran("Train v01", 100);
    }

    public void Dispose()
    {
        _cache.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("Backgrounds", 0, 0.0)]
    [InlineData("Backgrounds", 3, 9.0)] // 3 s each
    [InlineData("Train v01", 1, 100.0)]
    [InlineData("Train v02", 1, 25.0)] // a quarter of v01's steps
    [InlineData("Tags", 2, null)]
    public void Work_takes_what_it_took_and_that_of_another_version_its_share(string stage, int run, double? seconds)
    {
        var found = new StageOutcome(stage, [.. Enumerable.Range(0, run).Select(i => new ItemOutcome($"{i}", [], new ItemReason([], ["is new"]), IsPending: true))], null, null, TimeSpan.Zero);
        Assert.Equal(seconds, new WorkTimes(_cache, "tiny", _stages).Of(found)?.TotalSeconds);
    }

    [Theory]
    [InlineData(1, 100.0)]
    [InlineData(2, 25.0)]
    [InlineData(3, null)]
    public void A_whole_stage_takes_its_time_whether_it_would_run_or_not(int stage, double? seconds) =>
        Assert.Equal(seconds, new WorkTimes(_cache, "tiny", _stages).Of(_stages[stage], 1)?.TotalSeconds);

    [Fact]
    public void The_time_is_said_before_the_answer_with_what_is_not_known()
    {
        Assert.Equal(
            [
                "Train v01: 1 would run, 0 reused", "    is new", "Tags: 1 would run, 0 reused", "    is new",
                "About 1.7 min of work, going by earlier runs; jobs side by side take less. Nothing is known of Tags.", "2 of 2 stages would run: Train v01, Tags.",
            ],
            Report(TimeSpan.FromSeconds(100), null).Lines());
        Assert.DoesNotContain(Report(null, null).Lines(), line => line.StartsWith("About", StringComparison.Ordinal));
    }

    private StatusReport Report(params TimeSpan?[] times)
    {
        StageOutcome Found(StageNode stage) => new(stage.Label, [new ItemOutcome("x", [], new ItemReason([], ["is new"]), IsPending: true)], null, null, TimeSpan.Zero);
        return new StatusReport("lora.pipeline.yaml", "tiny", [.. new[] { _stages[1], _stages[3] }.Select(stage => (stage, Found(stage)))], []) { EditAdvice = "", Times = times };
    }

    private static StageNode Stage(string name, string? version, int jobs, double weight) => new(name, version, new JobNode[jobs]) { Weight = weight };

    private void Ran(string stage, params double[] seconds)
    {
        var items = seconds.Select((time, i) => new StageManifest.Item($"{i}", ContentHash.Of($"{stage} {i}"), [])).ToList();
        foreach (var (item, time) in items.Zip(seconds))
            _cache.Actions.Put(item.Key, new ActionResult(stage, item.Label, [], [], TimeSpan.FromSeconds(time)));
        _cache.Actions.Put(ContentHash.Of(stage), new StageManifest(stage, items));
        _cache.Records.Add("tiny", stage, ContentHash.Of(stage), items.Select(item => item.Key));
    }
}
