using Slipway.Engine.Caching;
using Slipway.Engine.Jobs;
using static Slipway.Engine.Tests.Execution.TextStages;

namespace Slipway.Engine.Tests.Execution;

/// <summary>What jobs read: of very many files, of files that are missing, and of folders that other jobs have filled.</summary>
public sealed class InputsTests : IDisposable
{
    private readonly Yard _yard = new();

    public void Dispose() => _yard.Dispose();

    [Fact]
    public async Task Each_of_very_many_files_counts()
    {
        var files = Files(1001);
        JobGraph Graph() => TextStages.Graph(Stage("A", _yard.Job("all", null, files)));
        await _yard.RunAsync(Graph());
        Assert.Equal($"all of {string.Join(" of ", Enumerable.Range(0, 1001))}", _yard.Read("out/A/all.txt"));

        foreach (var changed in (int[])[0, 499, 500, 1000])
            _yard.Write($"in/{changed}.txt", "changed");
        var stage = Assert.Single(await _yard.RunAsync(Graph()));

        Assert.Equal(1, stage.Run);
        Assert.StartsWith("inputs: 4 files changed (", Assert.Single(stage.Reasons), StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_looked_at_among_very_many_is_known_from_then_on()
    {
        var files = Files(1000);
        using var cache = _yard.Open();
        var inputs = Look(cache);
        using (new FileStream(_yard["in/7.txt"], FileMode.Open, FileAccess.Read, FileShare.None))
            inputs.LookAt(files);
        Directory.Delete(_yard["in"], recursive: true);

        for (var i = 0; i < files.Length; i++)
        {
            if (i == 7)
                Assert.Throws<FileNotFoundException>(() => inputs.Find(files[7]));
            else
                Assert.Equal(new JobInput($"in/{i}.txt", _yard[$"in/{i}.txt"], ContentHash.Of($"{i}")), inputs.Find(files[i]));
        }
    }

    [Fact]
    public void What_is_known_of_very_many_files_is_not_read_again_by_who_looks_at_them()
    {
        var files = Files(1000);
        Caching.ClockGrain.Pass();
        using var cache = _yard.Open();
        Look(cache).LookAt(files);

        Look(cache).LookAt(files);

        Assert.Equal(1000, cache.Hasher.FilesRead);
    }

    [Fact]
    public async Task Of_very_many_files_that_are_missing_twenty_are_named()
    {
        var files = Files(1001);
        Directory.Delete(_yard["in"], recursive: true);
        Directory.CreateDirectory(_yard["in/0.txt"]);

        var e = await Assert.ThrowsAsync<FileNotFoundException>(() => _yard.RunAsync(TextStages.Graph(Stage("A", _yard.Job("all", null, files)))));

        var lines = e.Message.Split('\n');
        Assert.Equal("The text 'in/0.txt' is a folder; a file is expected there.", lines[0]);
        Assert.Equal("The text 'in/19.txt' does not exist; put it there, or name another in the plan.", lines[19]);
        Assert.Equal("and 981 more", lines[20]);
        Assert.Equal((21, _yard["in/0.txt"]), (lines.Length, e.FileName));
    }

    [Fact]
    public async Task Twenty_that_are_missing_are_all_named()
    {
        var files = Files(21);
        foreach (var file in files.Skip(1))
            File.Delete(_yard[file.Path]);

        var e = await Assert.ThrowsAsync<FileNotFoundException>(() => _yard.RunAsync(TextStages.Graph(Stage("A", _yard.Job("all", null, files)))));

        Assert.Equal(20, e.Message.Split('\n').Length);
        Assert.DoesNotContain("more", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_the_system_does_not_give_is_told_as_the_system_does()
    {
        var files = Files(2);
        using var one = new FileStream(_yard["in/1.txt"], FileMode.Open, FileAccess.Read, FileShare.None);

        var e = await Assert.ThrowsAsync<IOException>(() => _yard.RunAsync(TextStages.Graph(Stage("A", _yard.Job("all", null, files)))));

        Assert.Contains(one.Name, e.Message, StringComparison.Ordinal);
        Assert.Null(e.InnerException);
    }

    [Fact]
    public async Task Several_that_the_system_does_not_give_are_all_named()
    {
        var files = Files(2);
        using var zero = new FileStream(_yard["in/0.txt"], FileMode.Open, FileAccess.Read, FileShare.None);
        using var one = new FileStream(_yard["in/1.txt"], FileMode.Open, FileAccess.Read, FileShare.None);

        var e = await Assert.ThrowsAsync<IOException>(() => _yard.RunAsync(TextStages.Graph(Stage("A", _yard.Job("all", null, files)))));

        Assert.Equal(2, e.Message.Split('\n').Length);
        Assert.Contains(zero.Name, e.Message.Split('\n')[0], StringComparison.Ordinal);
        Assert.Contains(one.Name, e.Message.Split('\n')[1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_a_folder_that_nobody_has_filled_has_a_place_and_no_content()
    {
        var pages = new StageNode("Write", null, [new JobNode("Write", "book", new BookJob(), ["out/book/"])]);
        using var cache = _yard.Open();
        using var run = _yard.RunOf(TextStages.Graph(pages), cache, _yard.Log);

        Assert.Equal(new JobInput("out/book/two.txt", _yard["out/book/two.txt"], null, "Write"), run.Peek(new Ref("Write/book", "pages/two.txt")));
    }

    [Fact]
    public async Task A_file_of_a_folder_that_a_job_filled_is_found_by_its_name()
    {
        var pages = new StageNode("Write", null, [new JobNode("Write", "book", new BookJob(), ["out/book/"])]);
        Task ReadAsync(string page) => _yard.RunAsync(TextStages.Graph(pages, Stage("Read", _yard.Job("page", null, new Ref("Write/book", $"pages/{page}")))));

        await ReadAsync("two.txt");
        Assert.Equal("page of 2", _yard.Read("out/Read/page.txt"));

        var e = await Assert.ThrowsAsync<FileNotFoundException>(() => ReadAsync("three.txt"));
        Assert.Equal(("Write made no 'out/book/three.txt'; it may have ended before.", "out/book/three.txt"), (e.Message, e.FileName));
    }

    private static Engine.Execution.Inputs Look(Cache cache) => new(cache, new JobGraph([]), new Dictionary<string, Engine.Execution.StageOutcome>(StringComparer.Ordinal));

    private FileRef[] Files(int count)
    {
        for (var i = 0; i < count; i++)
            _yard.Write($"in/{i}.txt", $"{i}");
        return [.. Enumerable.Range(0, count).Select(i => new FileRef($"in/{i}.txt", "text"))];
    }

    /// <summary>Writes two pages into a folder.</summary>
    private sealed record BookJob : IJob
    {
        public JobKind Kind => new("Book", 1);

        public IReadOnlyList<string> Environment => [];

        public IReadOnlyList<JobOutput> Outputs => [new("pages", IsFolder: true)];

        public void Run(JobIo io)
        {
            File.WriteAllText(Path.Combine(io.Output("pages"), "one.txt"), "1");
            File.WriteAllText(Path.Combine(io.Output("pages"), "two.txt"), "2");
        }
    }
}
