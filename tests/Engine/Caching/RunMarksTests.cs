using Slipway.Engine.Caching;

namespace Slipway.Engine.Tests.Caching;

public sealed class RunMarksTests : IDisposable
{
    private static readonly ContentHash Found = ContentHash.Of("found");
    private static readonly ContentHash Later = ContentHash.Of("found later");
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_a_process_finds_is_known_to_others_from_its_beginning_to_its_end()
    {
        using (var process = new RunMarks(_folder.Path))
        {
            process.Add([Found]);
            Assert.Empty(Needed());

            process.Begin();
            Assert.Equal([Found], Needed());
            process.Add([Later]);
            Assert.Equal([Found, Later], Needed().OrderBy(key => key == Later));
        }

        Assert.Empty(Needed());
    }

    [Fact]
    public void Of_very_many_keys_others_hear_a_little_later()
    {
        using var process = new RunMarks(_folder.Path);
        process.Begin();
        process.Add(Enumerable.Range(0, 600).Select(i => ContentHash.Of($"{i}")));
        process.Add(Enumerable.Range(600, 600).Select(i => ContentHash.Of($"{i}")));
        process.Add([Later]);

        Assert.True(SpinWait.SpinUntil(() => Needed().Count == 1201, TimeSpan.FromSeconds(60)));
    }

    [Fact]
    public void Marks_of_a_process_that_was_killed_count_for_nothing_and_go()
    {
        using (var process = new RunMarks(_folder.Path))
        {
            process.Add([Found]);
            process.Begin();
            foreach (var mark in Directory.GetFiles(_folder["runs"]))
                File.Copy(mark, _folder["kept"]);
        }

        File.Move(_folder["kept"], _folder["runs/run-killed"]);

        Assert.Empty(Needed());
        Assert.Empty(Directory.GetFiles(_folder["runs"]));
        Assert.DoesNotContain(Directory.GetFiles(_folder["locks"]), file => Path.GetFileName(file).StartsWith("run-", StringComparison.Ordinal));
    }

    [Fact]
    public void Before_the_beginning_nothing_is_written()
    {
        using var process = new RunMarks(_folder.Path);

        process.Add([Found]);

        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void Who_asks_whether_any_is_at_work_says_nothing_of_itself()
    {
        _folder.Write("runs/run-killed", "");
        using var other = new RunMarks(_folder.Path);

        Assert.False(other.AnyAtWork);

        Assert.Equal(["run-killed"], Directory.GetFiles(_folder["locks"]).Select(Path.GetFileName));
    }

    [Fact]
    public void What_the_system_does_not_give_is_named()
    {
        using var process = new RunMarks(_folder.Path);
        process.Begin();
        using var held = new FileStream(Assert.Single(Directory.GetFiles(_folder["runs"])), FileMode.Open, FileAccess.Read, FileShare.None);

        Assert.StartsWith($"What a process at work needs, '{held.Name}', cannot be read: ", Assert.Throws<IOException>(Needed).Message, StringComparison.Ordinal);
    }

    private IReadOnlyCollection<ContentHash> Needed()
    {
        using var other = new RunMarks(_folder.Path);
        return other.Needed();
    }
}
