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

    private IReadOnlyCollection<ContentHash> Needed()
    {
        using var other = new RunMarks(_folder.Path);
        return other.Needed();
    }
}
