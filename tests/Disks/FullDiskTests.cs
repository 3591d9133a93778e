using Slipway.EndToEnd.Tests;

namespace Slipway.Disks.Tests;

/// <summary>
/// The program on a disk that is full, or that it may not write: it says so in a line and ends with 2; nothing is lost,
/// and it goes on when there is room.
/// </summary>
public sealed class FullDiskTests(FinishedWorkspace finished) : IDisposable
{
    private readonly Workspace _workspace = Workspace.New();

    public void Dispose() => _workspace.Dispose();

    /// <param name="room">KiB that are free: for nothing; for a few files; for part of a training.</param>
    [Theory]
    [InlineData(0)]
    [InlineData(40)]
    [InlineData(1500)]
    public async Task A_full_disk_costs_only_what_does_not_fit(int room)
    {
        var runs = await new Disk(_workspace).SmallAsync(
            $"""
            run --target=Backgrounds
            find artifacts -type f | sort | xargs sha256sum >"$root/before"
            free=$(df -k --output=avail . | tail -n 1)
            dd if=/dev/zero of=filler bs=1024 count=$((free - {room})) 2>/dev/null
            run --target=Train
            sha256sum --quiet -c "$root/before"
            rm filler
            run --target=Train
            run --target=Train
            cp artifacts/lora/*.safetensors "$root"
            """);

        Assert.Equal([0, 2, 0, 0], runs.Select(run => run.Code));
        Assert.StartsWith("Error: No space left on device", Error(runs[1]), StringComparison.Ordinal);
        Assert.Contains("Everything is up to date; reused: Backgrounds 3, Composites 4, Tags 3, Train 3.", runs[3].Output, StringComparison.Ordinal);
        using var whole = finished.Copy();
        Assert.Equal(File.ReadAllBytes(whole.Lora("v03")), File.ReadAllBytes(_workspace["sail_kun_v03.safetensors"]));
    }

    /// <summary>From another file system a file can only be copied: half a copy would pass for one that somebody has edited.</summary>
    [Fact]
    public async Task Outputs_on_another_disk_than_the_cache_are_whole_or_not_there()
    {
        var runs = await new Disk(_workspace).SmallAsync(
            """
            mkdir -p artifacts
            mount -t tmpfs -o size=20k tmpfs artifacts || skip "No second tmpfs can be mounted here."
            run --target=Backgrounds
            find artifacts -type f >"$root/found"
            mount -o remount,size=8m artifacts
            run --target=Backgrounds
            run --target=Backgrounds
            find artifacts -type f >>"$root/found"
            cp -r artifacts/backgrounds "$root"
            """);

        Assert.Equal([2, 0, 0], runs.Select(run => run.Code));
        Assert.StartsWith("Error: No space left on device", Error(runs[0]), StringComparison.Ordinal);
        Assert.DoesNotContain(File.ReadLines(_workspace["found"]), name => name.EndsWith(".tmp", StringComparison.Ordinal) || name.Contains(".edited", StringComparison.Ordinal));
        Assert.Contains("Everything is up to date; reused: Backgrounds 3.", runs[2].Output, StringComparison.Ordinal);
        using var whole = finished.Copy();
        foreach (var picture in Directory.GetFiles(whole["artifacts/backgrounds"], "*.png"))
            Assert.Equal(File.ReadAllBytes(picture), File.ReadAllBytes(_workspace[Path.Combine("backgrounds", Path.GetFileName(picture))]));
    }

    [Fact]
    public async Task A_disk_that_has_become_read_only()
    {
        var runs = await new Disk(_workspace).SmallAsync(
            """
            run --target=Backgrounds
            mount -o remount,bind,ro "$disk" || skip "A disk cannot be made read-only here."
            run --target=Composite
            mount -o remount,bind,rw "$disk"
            run --target=Composite
            """);

        Assert.Equal([0, 2, 0], runs.Select(run => run.Code));
        Assert.StartsWith("Error: Read-only file system", Error(runs[1]), StringComparison.Ordinal);
        Assert.Matches("\nBackgrounds +0 +3 ", runs[2].Output);
    }

    [Theory]
    [InlineData("artifacts/dataset")]
    [InlineData(".slipway/cas")]
    public async Task A_folder_that_may_not_be_written(string folder)
    {
        var runs = await new Disk(_workspace).SameAsync(
            $"""
            run --target=Backgrounds
            mkdir -p {folder}
            become_somebody
            chmod -R a-w {folder}
            run --target=Composite
            chmod -R u+w {folder}
            run --target=Composite
            """);

        Assert.Equal([0, 2, 0], runs.Select(run => run.Code));
        var error = Error(runs[1]);
        Assert.Contains("denied", error, StringComparison.Ordinal);
        Assert.Contains(folder, error, StringComparison.Ordinal);
        Assert.Matches("\nBackgrounds +0 +3 |reused: Backgrounds 3,", runs[2].Output);
    }

    [Fact]
    public async Task A_sprite_that_may_not_be_read()
    {
        var runs = await new Disk(_workspace).SameAsync(
            """
            run --target=Backgrounds
            become_somebody
            chmod a-r datasets/sail_kun/sail_kun.png
            run --target=Composite
            chmod u+r datasets/sail_kun/sail_kun.png
            run --target=Composite
            """);

        Assert.Equal([0, 2, 0], runs.Select(run => run.Code));
        Assert.Matches("^Error: .*sail_kun\\.png.* denied", Error(runs[1]));
    }

    /// <summary>The one line that says what went wrong. That the hashes of the files seen cannot be kept is a warning beside it.</summary>
    private static string Error(HostResult run) => Assert.Single(
        run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries),
        line => !line.StartsWith("Warning: The hashes of the files seen ", StringComparison.Ordinal));
}
