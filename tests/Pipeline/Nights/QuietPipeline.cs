using Slipway.Engine.Jobs;
using Slipway.Pipeline.Commands.Comparisons;
using Slipway.Pipeline.Commands.Origins;
using Slipway.Pipeline.Commands.Preflights;
using Slipway.Pipeline.Commands.Snapshots;
using Slipway.Pipeline.Graph;
using Slipway.Pipeline.Runs;

namespace Slipway.Pipeline.Tests.Nights;

/// <summary>A pipeline that does nothing, and answers what a test wants.</summary>
internal sealed class QuietPipeline(string artifacts) : IPipeline
{
    private readonly List<StageSummary> _outcomes = [];

    public string Profile { get; init; } = "tiny";

    public string Artifacts => artifacts;

    public IReadOnlyList<string> Versions { get; init; } = ["v01", "v02", "v03"];

    public IReadOnlyList<string> Names => Versions;

    public JobGraph Graph => throw new NotSupportedException();

    public IReadOnlyList<StageSummary> Outcomes => _outcomes;

    /// <summary>The measures of v03 by name.</summary>
    public Dictionary<string, double?> Measures { get; init; } = new(StringComparer.Ordinal) { ["background_recall"] = 1 };

    public Dictionary<string, IReadOnlyList<double>> Intervals { get; init; } = new(StringComparer.Ordinal);

    public Exception? RunFails { get; init; }

    public Func<CancellationToken, Task> Runs { get; init; } = _ => Task.CompletedTask;

    public string? Different { get; init; }

    public IReadOnlyList<string> Damaged { get; init; } = [];

    public SnapshotCheck Check { get; init; } = new(SnapshotOutcome.Same, "snapshots");

    public List<string> Reproduced { get; } = [];

    public bool WasVerified { get; private set; }

    public async Task<IReadOnlyList<StageSummary>> RunAsync(IReadOnlyList<PipelineStage> stages, IReadOnlyList<string>? versions, CancellationToken cancel)
    {
        await Runs(cancel);
        _outcomes.AddRange(Versions.Select(version => new StageSummary("Train", version, 0, 1, TimeSpan.Zero)));
        if (RunFails is not null)
            throw RunFails;
        _outcomes.Add(new StageSummary("Evaluate", null, 1, 0, TimeSpan.FromSeconds(2)) { Reasons = ["`seeds`: 12 added"] });
        return _outcomes;
    }

    public RunResults Results() => new([new ResultPlace("grids", Path.Combine(artifacts, "grids", "versions.png"), 3)], [new VersionMeasures("v03", Measures) { Intervals = Intervals }]);

    public Task<StatusReport> StatusAsync(CancellationToken cancel) => throw new NotSupportedException();

    public Task<Reproduction> ReproduceFileAsync(string file, CancellationToken cancel) => throw new NotSupportedException();

    public OriginRun Origins(string folder) => throw new NotSupportedException();

    public Preflight Preflight(IReadOnlyList<string>? versions) => throw new NotSupportedException();

    public IReadOnlyList<string> Verify()
    {
        WasVerified = true;
        return Damaged;
    }

    public GarbageReport CollectGarbage(GarbageRequest request) => throw new NotSupportedException();

    public int Clean() => throw new NotSupportedException();

    public Task<IReadOnlyList<string>> ExportAsync(string version, string folder, CancellationToken cancel) => throw new NotSupportedException();

    public Task<string?> ReproduceAsync(string version, CancellationToken cancel)
    {
        Reproduced.Add(version);
        return Task.FromResult(Different);
    }

    public Task<SnapshotCheck> CheckAsync(CancellationToken cancel) => Task.FromResult(Check);

    public Task<SnapshotAcceptance> AcceptAsync(CancellationToken cancel) => throw new NotSupportedException();

    public Task<Comparison> CompareAsync(CompareRequest request, string folder, CancellationToken cancel) => throw new NotSupportedException();

    public void Dispose()
    {
    }

    public Task<IReadOnlyList<string>> PublishAsync(string? version, string folder, CancellationToken cancel) => throw new NotSupportedException();
}
