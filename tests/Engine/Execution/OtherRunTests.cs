namespace Slipway.Engine.Tests.Execution;

/// <summary>Another run makes everything while one is about to begin.</summary>
public sealed class OtherRunTests : IDisposable
{
    private readonly Yard _yard = new Yard().With("a", "b");

    public void Dispose() => _yard.Dispose();

    [Fact]
    public async Task What_the_other_has_made_is_laid_out_and_not_made_again()
    {
        await RunBehindAnotherAsync(() => Directory.Delete(_yard["artifacts"], recursive: true));

        Assert.Equal(["Paint a", "Paint b", "Frame a", "Frame b"], _yard.Ran);
        Assert.Equal("PICTURE B", _yard.Read("artifacts/paint/b.txt"));
    }

    [Fact]
    public async Task What_the_other_has_made_and_has_no_place_fails_the_stage_and_lets_go_of_its_lock()
    {
        await Assert.ThrowsAnyAsync<IOException>(() => RunBehindAnotherAsync(() =>
        {
            Directory.Delete(_yard["artifacts"], recursive: true);
            _yard.Write("artifacts", "in the way");
        }));

        using var cache = _yard.Open();
        using var free = await cache.LockAsync("Paint", _ => Assert.Fail("Nobody works any more."), TestContext.Current.CancellationToken);
    }

    /// <summary>Runs the yard's graph; before its first stage begins, another run goes through it, and something happens to what that made.</summary>
    private async Task RunBehindAnotherAsync(Action happens)
    {
        var graph = _yard.Graph();
        var isFirst = true;
        await _yard.RunAsync(graph, options => options with
        {
            Before = async (_, cancellation) =>
            {
                if (!isFirst)
                    return;
                isFirst = false;
                using var cache = _yard.Open();
                using var other = _yard.RunOf(graph, cache, new RecordingLog());
                await other.RunAsync(graph.Stages, cancellation);
                happens();
            },
        });
    }
}
