using Slipway.Engine.Execution;
using Slipway.Engine.Jobs;

namespace Slipway.Engine.Tests.Execution;

public sealed class LockedRunTests : IDisposable
{
    private readonly Yard _yard = new Yard().With("a", "b");

    public void Dispose() => _yard.Dispose();

    [Fact]
    public async Task What_the_lock_file_says_runs_again()
    {
        await _yard.RunAsync();
        Directory.Delete(_yard.Cache, recursive: true);
        _yard.Locked = true;

        var (paint, frame) = await _yard.RunAsync();

        Assert.Equal((2, 2), (paint.Run, frame.Run));
    }

    [Fact]
    public async Task A_stage_that_would_change_its_line_does_not_begin_and_says_why()
    {
        await _yard.RunAsync();
        var before = _yard.Read("lock.yaml");
        (_yard.Locked, _yard.Color) = (true, "blue");

        var message = (await Assert.ThrowsAsync<DifferenceException>(() => _yard.RunAsync())).Message;

        Assert.StartsWith("The lock file says something else:\ntiny, Paint: fingerprint ", message, StringComparison.Ordinal);
        Assert.EndsWith("\n    `color` red → blue", message, StringComparison.Ordinal);
        Assert.Empty(_yard.Ran);
        Assert.Equal(before, _yard.Read("lock.yaml"));
    }

    [Fact]
    public async Task After_that_nothing_begins_that_stands_by_itself()
    {
        JobGraph Graph(string first) => new([Stage("A", first), Stage("B", "b")]);
        await _yard.RunAsync(Graph("old"));
        Directory.Delete(_yard.Cache, recursive: true);
        _yard.Locked = true;

        await Assert.ThrowsAsync<DifferenceException>(() => _yard.RunAsync(Graph("new")));

        Assert.Empty(_yard.Ran);
    }

    private StageNode Stage(string name, string text) => new(name, null, [new JobNode(name, "x", new TextJob(text, []) { Yard = _yard }, [$"out/{name}.txt"])]);
}
