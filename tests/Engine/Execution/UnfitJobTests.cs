using Slipway.Engine.Jobs;

namespace Slipway.Engine.Tests.Execution;

public sealed class UnfitJobTests : IDisposable
{
    private readonly Yard _yard = new();

    public void Dispose() => _yard.Dispose();

    [Fact]
    public async Task A_record_with_a_member_that_a_key_cannot_hold_does_not_start()
    {
        var e = await Assert.ThrowsAsync<NotSupportedException>(() => RunAsync(new DatedJob(DateTime.UnixEpoch) { Ran = _yard.Note }));

        Assert.StartsWith("DatedJob.Date is of the type DateTime, which a key cannot hold", e.Message, StringComparison.Ordinal);
        Assert.Empty(_yard.Ran);
        Assert.False(Path.Exists(_yard["out"]));
    }

    private Task RunAsync(IJob job) => _yard.RunAsync(new JobGraph([new StageNode("Dated", null, [new JobNode("Dated", "x", job, ["out/x.txt"])])]));

    private sealed record DatedJob(DateTime Date) : IJob
    {
        [NotInKey("It only watches.")]
        [System.Text.Json.Serialization.JsonIgnore]
        public Action<string> Ran { get; init; } = _ => { };

        public JobKind Kind => new("Dated", 1);

        public IReadOnlyList<string> Environment => [];

        public IReadOnlyList<JobOutput> Outputs => [new("image")];

        public void Run(JobIo io)
        {
            Ran("x");
            io.WriteText("image", $"{Date.Year}");
        }
    }
}
