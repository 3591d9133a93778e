using System.Diagnostics;
using Slipway.Engine.Files;

namespace Slipway.Engine.Tests.Files;

[Trait("Tier", "slow")]
public sealed class FileLockTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_lock_is_held_by_one_at_a_time()
    {
        using (FileLock.TryAcquire(_folder["x"]))
            Assert.Null(FileLock.TryAcquire(_folder["x"]));

        using var again = FileLock.TryAcquire(_folder["x"]);
        Assert.NotNull(again);
    }

    [Fact]
    public async Task Who_waits_is_told_who_holds_it()
    {
        var held = FileLock.TryAcquire(_folder["x"]);

        using var taken = await FileLock.AcquireAsync(
            _folder["x"],
            process =>
            {
                Assert.Equal(Environment.ProcessId, process);
                held!.Dispose();
            },
            TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Who_waits_is_told_once_and_may_do_other_things_meanwhile()
    {
        var held = FileLock.TryAcquire(_folder["x"])!;
        using var source = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        source.CancelAfter(TimeSpan.FromSeconds(10));
        var told = 0;

        var waiting = FileLock.AcquireAsync(_folder["x"], _ => told++, source.Token);
        Assert.False(waiting.IsCompleted);
        await Task.Delay(250, TestContext.Current.CancellationToken); // it looks several times
        held.Dispose();

        (await waiting).Dispose();
        Assert.Equal(1, told);
    }

    [Fact]
    public void The_owners_file_says_what_it_is_and_who_that_is()
    {
        using var held = FileLock.TryAcquire(_folder["x"]);

        Assert.Matches($@"^slipway\.owner\.2 x [0-9a-f]{{64}}\n{Environment.ProcessId}$", File.ReadAllText(_folder["x.owner"]));
    }

    [Fact]
    public void A_lock_of_which_the_owner_cannot_be_noted_is_held_all_the_same()
    {
        var path = _folder[new string('x', 252)]; // no file can have this name and an ending

        using var held = FileLock.TryAcquire(path);

        Assert.NotNull(held);
        Assert.Null(FileLock.TryAcquire(path));
    }

    [Fact]
    public async Task The_lock_of_a_killed_process_is_taken_over()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "uses flock(1)");
        // exec: the process that is killed is the one that holds the lock.
        using var holder = Process.Start(new ProcessStartInfo("flock", ["--no-fork", _folder["x"], "sh", "-c", $"touch {_folder["held"]}; exec sleep 60"]))!;
        while (!File.Exists(_folder["held"]))
            await Task.Delay(5, TestContext.Current.CancellationToken);
        Assert.Null(FileLock.TryAcquire(_folder["x"]));

        holder.Kill(entireProcessTree: true);
        using var taken = await FileLock.AcquireAsync(_folder["x"], _ => { }, TestContext.Current.CancellationToken);

        Assert.NotNull(taken);
    }

    [Fact]
    public async Task A_wait_can_be_given_up()
    {
        using var held = FileLock.TryAcquire(_folder["x"]);
        using var source = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => FileLock.AcquireAsync(_folder["x"], _ => source.Cancel(), source.Token));
    }

    [Fact]
    public async Task A_wait_that_was_given_up_before_takes_nothing()
    {
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => FileLock.AcquireAsync(_folder["x"], _ => { }, new CancellationToken(canceled: true)));

        using var free = FileLock.TryAcquire(_folder["x"]);
        Assert.NotNull(free);
    }

    [Fact]
    public async Task What_is_damaged_about_the_owner_is_not_said()
    {
        var held = FileLock.TryAcquire(_folder["x"]);
        File.AppendAllText(_folder["x.owner"], "7");

        using var taken = await FileLock.AcquireAsync(
            _folder["x"],
            process =>
            {
                Assert.Null(process);
                held!.Dispose();
            },
            TestContext.Current.CancellationToken);
    }

    [Fact]
    public void A_folder_or_a_link_in_its_place_is_no_error()
    {
        foreach (var name in new[] { "x", "x.owner" })
        {
            using (FileLock.TryAcquire(_folder["x"]))
            {
            }

            File.Delete(_folder[name]);
            Directory.CreateDirectory(_folder[$"{name}/full"]);

            using var held = FileLock.TryAcquire(_folder["x"]);
            Assert.NotNull(held);
            Assert.Null(FileLock.TryAcquire(_folder["x"]));
        }
    }

    [Fact]
    public async Task A_short_wait_needs_nobody_to_be_told()
    {
        var held = FileLock.Acquire(_folder["deep/x"]);
        var waiting = Task.Run(() => FileLock.Acquire(_folder["deep/x"]), TestContext.Current.CancellationToken);
        Assert.False(waiting.IsCompleted);
        held.Dispose();

        (await waiting).Dispose();
    }
}
