using Slipway.Engine.Caching;
using Slipway.Engine.Execution;
using Slipway.Engine.Jobs;

namespace Slipway.Engine.Tests.Execution;

/// <summary>Two jobs have run in one workspace; another one is given what they were kept as.</summary>
public sealed class KeptJobTests : IAsyncLifetime
{
    private static readonly Type[] Kinds = [typeof(FrameJob), typeof(PaintJob)];
    private readonly Yard _here = new Yard().With("a");
    private readonly Yard _there = new();

    public async ValueTask InitializeAsync()
    {
        var paint = new JobNode("Paint", "a", new PaintJob(new FileRef("in/a.txt", "picture"), "red"), ["artifacts/paint/a.txt"]);
        var frame = new JobNode("Frame v01", "a", new FrameJob(paint.Output("image")), ["artifacts/frame/a.txt"]);
        await _here.RunAsync(new JobGraph([new StageNode("Paint", null, [paint]), new StageNode("Frame", "v01", [frame])]));
    }

    public ValueTask DisposeAsync()
    {
        _here.Dispose();
        _there.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task What_was_done_already_and_is_damaged_is_done_again()
    {
        _there.With("a");
        var hash = (await RunThereAsync(Kept("Paint")))[0].Hash;
        File.Delete(_there["artifacts/paint/a.txt"]);
        using (var cache = _there.Open())
            File.Delete(cache.Content.PathOf(hash));

        Assert.Equal(hash, Assert.Single(await RunThereAsync(Kept("Paint"))).Hash);

        Assert.Equal("PICTURE A in red", _there.Read("artifacts/paint/a.txt"));
    }

    [Fact]
    public async Task What_another_job_made_is_taken_from_the_store()
    {
        using (var cache = _there.Open())
            cache.Content.Put("PICTURE A in red"u8);

        await RunThereAsync(Kept("Frame v01"));

        Assert.Equal("[PICTURE A in red]", _there.Read("artifacts/frame/a.txt"));
        Assert.False(File.Exists(_there["artifacts/paint/a.txt"]));
    }

    [Fact]
    public async Task An_input_without_a_hash_is_nowhere()
    {
        _there.With("a");
        var job = Kept("Paint");

        var error = await Assert.ThrowsAsync<FileNotFoundException>(() => RunThereAsync(job with { Inputs = [job.Inputs[0] with { Hash = "none" }] }));

        Assert.EndsWith("in/a.txt (SHA-256 none).", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_job_that_was_never_kept_is_named()
    {
        using var cache = _here.Open();

        Assert.Equal($"The cache has no job {ContentHash.Of("x")}; a job is kept there when it runs.", Assert.Throws<FileNotFoundException>(() => LooseJob.Find(cache, ContentHash.Of("x"))).Message);
    }

    /// <summary>The job of a stage, as the first workspace has kept it.</summary>
    private JobJson Kept(string stage)
    {
        using var cache = _here.Open();
        return Directory.GetFiles(Path.Combine(cache.Root, "jobs"), "*.json", SearchOption.AllDirectories)
            .Select(file => LooseJob.Find(cache, ContentHash.TryParse(Path.GetFileNameWithoutExtension(file), out var key) ? key : default))
            .Single(job => job.Stage == stage);
    }

    private async Task<IReadOnlyList<OutputFile>> RunThereAsync(JobJson job)
    {
        using var cache = _there.Open();
        return await new LooseJob(cache, EnvironmentFacts.None, _there.Log).RunAsync(job, Kinds, TestContext.Current.CancellationToken);
    }
}
