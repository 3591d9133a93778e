using Slipway.Engine.Caching;
using Slipway.Engine.Execution;
using Slipway.Engine.Jobs;

namespace Slipway.Engine.Tests.Execution;

/// <summary>An upper-case copy of a text, with its colour.</summary>
public sealed record PaintJob(FileRef Picture, string Color) : IJob
{
    /// <inheritdoc/>
    public JobKind Kind => new("Paint", 1);

    /// <inheritdoc/>
    public IReadOnlyList<string> Environment => [];

    /// <inheritdoc/>
    public IReadOnlyList<JobOutput> Outputs => [new("image")];

    /// <inheritdoc/>
    public void Run(JobIo io) => File.WriteAllText(io.Output("image"), $"{io.ReadText(Picture).ToUpperInvariant()} in {Color}");
}

/// <summary>A painted text in brackets.</summary>
public sealed record FrameJob(Ref Picture) : IJob
{
    /// <inheritdoc/>
    public JobKind Kind => new("Frame", 1);

    /// <inheritdoc/>
    public IReadOnlyList<string> Environment => [];

    /// <inheritdoc/>
    public IReadOnlyList<JobOutput> Outputs => [new("image")];

    /// <inheritdoc/>
    public void Run(JobIo io) => File.WriteAllText(io.Output("image"), $"[{io.ReadText(Picture)}]");
}

public sealed class GraphRunTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _warnings = [];
    private string[] _items = ["a", "b", "c"];
    private string _color = "red";

    public GraphRunTests()
    {
        foreach (var item in _items)
            _folder.Write($"in/{item}.txt", $"picture {item}");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_first_run_does_everything_and_the_second_nothing()
    {
        Assert.Equal([("Paint", 3, 0), ("Frame", 3, 0)], await RunAsync());
        Assert.Equal("[PICTURE C in red]", Read("artifacts/frame/c.txt"));

        Assert.Equal([("Paint", 0, 3), ("Frame", 0, 3)], await RunAsync());
        Assert.Empty(_warnings);
    }

    [Fact]
    public async Task A_changed_input_runs_its_item_and_what_depends_on_it_and_going_back_runs_nothing()
    {
        await RunAsync();
        _folder.Write("in/b.txt", "repainted");
        Assert.Equal([("Paint", 1, 2), ("Frame", 1, 2)], await RunAsync());
        _folder.Write("in/b.txt", "picture b");

        Assert.Equal([("Paint", 0, 3), ("Frame", 0, 3)], await RunAsync());
        Assert.Equal("[PICTURE B in red]", Read("artifacts/frame/b.txt"));
    }

    [Fact]
    public async Task The_status_says_why_and_writes_nothing()
    {
        await RunAsync();
        _color = "blue";

        using var cache = Open();
        using var run = NewRun(cache);
        var outcomes = run.Look(Graph().Stages);

        Assert.Equal(["3 items (a, b, c): `color` red → blue"], outcomes[0].Reasons);
        Assert.Equal(["3 items (a, b, c): depends on Paint"], outcomes[1].Reasons);
        Assert.Equal("PICTURE A in red", Read("artifacts/paint/a.txt"));
    }

    [Fact]
    public async Task An_edited_output_is_kept_beside_and_put_back()
    {
        await RunAsync();
        _folder.Write("artifacts/frame/a.txt", "mine");

        Assert.Equal([("Paint", 0, 3), ("Frame", 0, 3)], await RunAsync());

        Assert.Equal("mine", Read("artifacts/frame/a.txt.edited"));
        Assert.Equal("[PICTURE A in red]", Read("artifacts/frame/a.txt"));
        Assert.Single(_warnings);
    }

    [Fact]
    public async Task Damaged_records_are_told_and_made_again()
    {
        await RunAsync();
        foreach (var record in Directory.GetFiles(_folder[".slipway/ac"], "*", SearchOption.AllDirectories))
            File.AppendAllText(record, "x");

        Assert.Equal([("Paint", 3, 0), ("Frame", 3, 0)], await RunAsync());

        Assert.Equal(8, _warnings.Count);
        Assert.Equal([("Paint", 0, 3), ("Frame", 0, 3)], await RunAsync());
    }

    [Fact]
    public async Task Outputs_of_items_that_are_no_more_are_deleted()
    {
        await RunAsync();
        _items = ["a"];

        await RunAsync();

        Assert.Equal([_folder["artifacts/paint/a.txt"]], Directory.GetFiles(_folder["artifacts/paint"]));
    }

    [Fact]
    public async Task Stages_that_are_no_more_leave_the_lock_file()
    {
        new LockFile(_folder["lock.yaml"]).Set("tiny", "Train v09", ContentHash.Of("1"), ContentHash.Of("2"));
        new LockFile(_folder["lock.yaml"]).Set("sdxl", "Train v09", ContentHash.Of("1"), ContentHash.Of("2"));

        await RunAsync();

        var read = new LockFile(_folder["lock.yaml"]);
        Assert.Null(read.Find("tiny", "Train v09"));
        Assert.NotNull(read.Find("sdxl", "Train v09"));
        Assert.NotNull(read.Find("tiny", "Frame"));
    }

    [Fact]
    public async Task An_input_that_is_no_file_is_named()
    {
        File.Delete(_folder["in/a.txt"]);
        Assert.Equal(
            "The picture 'in/a.txt' does not exist; put it there, or name another in the plan.",
            (await Assert.ThrowsAsync<FileNotFoundException>(RunAsync)).Message);
        Directory.CreateDirectory(_folder["in/a.txt"]);

        Assert.Equal(
            "The picture 'in/a.txt' is a folder; a file is expected there.",
            (await Assert.ThrowsAsync<FileNotFoundException>(RunAsync)).Message);
    }

    private string Read(string relative) => File.ReadAllText(_folder[relative]);

    private Cache Open() => new(_folder.Path, _warnings.Add);

    private JobGraph Graph()
    {
        JobNode[] paint = [.. _items.Select(item => new JobNode("Paint", item, new PaintJob(new FileRef($"in/{item}.txt", "picture"), _color), [$"artifacts/paint/{item}.txt"]))];
        JobNode[] frame = [.. paint.Select(job => new JobNode("Frame", job.Label, new FrameJob(job.Output("image")), [$"artifacts/frame/{job.Label}.txt"]))];
        return new JobGraph([new StageNode("Paint", null, paint), new StageNode("Frame", null, frame)]);
    }

    private GraphRun NewRun(Cache cache) => new(Graph(), cache, new LockFile(_folder["lock.yaml"]), new RunOptions { Profile = "tiny" }, new Silence());

    private async Task<(string Stage, int Run, int Reused)[]> RunAsync()
    {
        _warnings.Clear();
        using var cache = Open();
        using var run = NewRun(cache);
        var outcomes = await run.RunAsync(Graph().Stages, TestContext.Current.CancellationToken);
        return [.. outcomes.Select(outcome => (outcome.Stage, outcome.Run, outcome.Reused))];
    }

    private sealed class Silence : IRunLog
    {
        public void Report(string stage, int done, int all, string? detail)
        {
        }

        public void End(string stage)
        {
        }

        public void Line(string text)
        {
        }

        public void Warn(string text)
        {
        }

        public void Starting(string stage, int run, int reused, IReadOnlyList<string> reasons)
        {
        }

        public void Stored(string stage, int done, int total)
        {
        }

        public void Waiting(string stage, int? process)
        {
        }
    }
}
