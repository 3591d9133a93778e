using Slipway.Engine.Caching;
using Slipway.Engine.Execution;

namespace Slipway.Engine.Tests.Execution;

/// <summary>The jobs that the cache keeps as JSON, whatever happens to them there.</summary>
public sealed class JobFilesTests : IDisposable
{
    private readonly Yard _yard = new Yard().With("a");

    public void Dispose() => _yard.Dispose();

    [Fact]
    public async Task A_job_that_ran_is_read_back()
    {
        var key = await PaintAsync();

        using var cache = _yard.Open();
        var job = new JobFiles(cache).TryRead(key);

        Assert.Equal(("Paint", "a", $"{key}"), (job!.Stage, job.Label, job.Key));
        Assert.Empty(new JobFiles(cache).RemoveDamaged());
    }

    [Theory]
    [InlineData("flipped", "has other bytes than were written")]
    [InlineData("unsealed", "is not what belongs there")]
    [InlineData("cut off", "has other bytes than were written")]
    [InlineData("empty", "has other bytes than were written")]
    [InlineData("another's", "is not what belongs there")]
    [InlineData("folder", "is a folder")]
    [InlineData("link", "is a link")]
    public async Task Damage_is_told_and_never_taken_for_the_job(string damage, string told)
    {
        var key = await PaintAsync();
        Damage(FileOf(key), damage);
        using var cache = _yard.Open();

        Assert.Null(new JobFiles(cache).TryRead(key));

        Assert.Equal([$"The job {key} as JSON {told}; it is written again when the job runs."], _yard.Warnings);
        Assert.Throws<FileNotFoundException>(() => LooseJob.Find(cache, key));
        Assert.Equal([$"the job {key} as JSON {told}; it was removed, and is written again when the job runs"], new JobFiles(cache).RemoveDamaged());
        Assert.Empty(new JobFiles(cache).RemoveDamaged());
    }

    [Fact]
    public async Task A_job_that_the_system_does_not_give_is_told_and_stays()
    {
        var key = await PaintAsync();
        using var cache = _yard.Open();
        using (new FileStream(FileOf(key), FileMode.Open, FileAccess.Read, FileShare.None))
        {
            var e = Assert.Throws<IOException>(() => LooseJob.Find(cache, key));
            Assert.StartsWith($"The job '{FileOf(key)}' as JSON cannot be read: ", e.Message, StringComparison.Ordinal);
            Assert.EndsWith("; it is written again when the job runs", e.Message, StringComparison.Ordinal);
            Assert.Contains("; it stays where it is, and", Assert.Single(new JobFiles(cache).RemoveDamaged()), StringComparison.Ordinal);
        }

        Assert.Equal("Paint", LooseJob.Find(cache, key).Stage);
    }

    [Theory]
    [InlineData("folder")]
    [InlineData("link")]
    public async Task What_lies_in_its_place_is_put_aside_when_the_job_runs_again(string damage)
    {
        var key = await PaintAsync();
        Damage(FileOf(key), damage);
        Directory.Delete(_yard[".slipway/ac"], recursive: true);

        await _yard.RunAsync();

        using var cache = _yard.Open();
        Assert.NotNull(new JobFiles(cache).TryRead(key));
        Assert.Equal("mine", _yard.Read("mine.txt"));
    }

    private async Task<ContentHash> PaintAsync()
    {
        await _yard.RunAsync();
        using var cache = _yard.Open();
        return cache.Jobs().Single(key => new JobFiles(cache).TryRead(key)!.Stage == "Paint");
    }

    private string FileOf(ContentHash key) => _yard[$".slipway/jobs/{$"{key}"[..2]}/{key}.json"];

    private void Damage(string file, string how)
    {
        var text = File.ReadAllText(file);
        _yard.Write("mine.txt", "mine");
        File.Delete(file);
        switch (how)
        {
            case "folder":
                Directory.CreateDirectory(file);
                break;
            case "link":
                File.CreateSymbolicLink(file, _yard["mine.txt"]);
                break;
            default:
                File.WriteAllText(file, how switch
                {
                    "flipped" => text.Replace("artifacts/paint/a.txt", "artifacts/paint/b.txt", StringComparison.Ordinal),
                    "unsealed" => text.Replace("\"seal\"", "\"sebl\"", StringComparison.Ordinal),
                    "another's" => File.ReadAllText(Directory.GetFiles(_yard[".slipway/jobs"], "*.json", SearchOption.AllDirectories)[0]),
                    "cut off" => text[..(text.Length / 2)],
                    _ => "",
                });
                break;
        }
    }
}
