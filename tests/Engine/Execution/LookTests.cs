using Slipway.Engine.Caching;
using Slipway.Engine.Jobs;

namespace Slipway.Engine.Tests.Execution;

public sealed class LookTests : IDisposable
{
    private readonly Yard _yard = new Yard().With("a", "b", "c");

    public void Dispose() => _yard.Dispose();

    [Fact]
    public void Before_the_first_run_everything_would_run_and_nothing_is_written()
    {
        var (paint, frame) = _yard.Look();

        Assert.Empty(_yard.Ran);
        Assert.Equal(["3 items (a, b, c): has not run before"], paint.Reasons);
        Assert.Equal(["3 items (a, b, c): depends on Paint"], frame.Reasons);
        Assert.False(Directory.Exists(_yard["artifacts"]));
        Assert.False(File.Exists(_yard["lock.yaml"]));
    }

    [Fact]
    public async Task After_a_run_nothing_would()
    {
        await _yard.RunAsync();

        var (paint, frame) = _yard.Look();

        Assert.Equal((0, 0), (paint.Run, frame.Run));
        Assert.Equal((3, 3), (paint.Reused, frame.Reused));
    }

    [Fact]
    public async Task A_changed_item_shows_with_what_depends_on_it()
    {
        await _yard.RunAsync();
        _yard.Write("in/b.txt", "other");

        var (paint, frame) = _yard.Look();

        Assert.Empty(_yard.Ran);
        Assert.Equal(["1 item (b): picture changed (b.txt)"], paint.Reasons);
        Assert.Equal(["1 item (b): depends on Paint"], frame.Reasons);
        Assert.Equal("PICTURE B", _yard.Read("artifacts/paint/b.txt"));
        Assert.Null(paint.OutputsHash);
    }

    [Fact]
    public async Task A_look_puts_nothing_back()
    {
        await _yard.RunAsync();
        Directory.Delete(_yard["artifacts"], recursive: true);

        Assert.Equal(0, _yard.Look().Paint.Run);

        Assert.False(Directory.Exists(_yard["artifacts"]));
    }

    [Fact]
    public async Task What_an_earlier_run_made_can_be_found_without_a_run()
    {
        await _yard.RunAsync();
        using var cache = _yard.Open();
        using var run = _yard.RunOf(_yard.Graph(), cache, _yard.Log);

        var picture = run.Peek(new Ref("Frame/b"));

        Assert.Equal(("artifacts/frame/b.txt", _yard["artifacts/frame/b.txt"], "Frame"), (picture.Path, picture.Source, picture.Producer));
        Assert.Equal(ContentHash.Of("[PICTURE B]"), picture.Hash);
        Assert.Null(run.Find(new Ref("Frame/b")).Hash);
        Assert.Equal(ContentHash.Of("picture b"), run.Peek(new FileRef("in/b.txt")).Hash);
        Assert.Empty(run.Outcomes);
    }

    [Fact]
    public async Task What_is_found_without_a_run_is_not_put_back()
    {
        await _yard.RunAsync();
        Directory.Delete(_yard["artifacts"], recursive: true);
        using var cache = _yard.Open();
        using var run = _yard.RunOf(_yard.Graph(), cache, _yard.Log);

        Assert.Equal(ContentHash.Of("[PICTURE B]"), run.Peek(new Ref("Frame/b")).Hash);

        Assert.False(Directory.Exists(_yard["artifacts"]));
    }

    [Fact]
    public void What_nobody_made_has_a_place_and_no_content()
    {
        using var cache = _yard.Open();
        using var run = _yard.RunOf(_yard.Graph(), cache, _yard.Log);

        Assert.Equal(new JobInput("artifacts/frame/b.txt", _yard["artifacts/frame/b.txt"], null, "Frame"), run.Peek(new Ref("Frame/b")));
        Assert.Equal(new JobInput("artifacts/frame/b.txt", _yard["artifacts/frame/b.txt"], null, "Frame"), run.Peek(new Ref("Frame/b")));
    }

    [Fact]
    public async Task What_this_run_makes_between_two_looks_is_found_by_the_second()
    {
        using var cache = _yard.Open();
        var graph = _yard.Graph();
        using var run = _yard.RunOf(graph, cache, _yard.Log);
        Assert.Null(run.Peek(new Ref("Frame/b")).Hash);

        await run.RunAsync(graph.Stages, TestContext.Current.CancellationToken);

        Assert.Equal(ContentHash.Of("[PICTURE B]"), run.Peek(new Ref("Frame/b")).Hash);
        Assert.Equal(ContentHash.Of("[PICTURE B]"), run.Find(new Ref("Frame/b")).Hash);
    }

    [Fact]
    public async Task A_missing_blob_whose_output_is_gone_too_would_run()
    {
        var (paint, _) = await _yard.RunAsync();
        File.Delete(new ContentStore(_yard.Cache, _yard.Warnings.Add).PathOf(paint["b"].Files[0].Hash));
        Assert.Equal(0, _yard.Look().Paint.Run);
        File.Delete(_yard["artifacts/paint/b.txt"]);

        Assert.Equal(["1 item (b): its stored output is missing or damaged"], _yard.Look().Paint.Reasons);
    }
}
