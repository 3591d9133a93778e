using Slipway.Engine.Caching;

namespace Slipway.Engine.Tests.Caching;

public sealed class LockFileTests : IDisposable
{
    private static readonly ContentHash One = ContentHash.Of("1");
    private static readonly ContentHash Two = ContentHash.Of("2");
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void It_is_sorted_and_keeps_what_other_runs_wrote()
    {
        new LockFile(_folder["lock"]).Set("tiny", "Train v03", One, Two);
        new LockFile(_folder["lock"]).Set("tiny", "Backgrounds", Two, One);
        new LockFile(_folder["lock"]).Set("sdxl", "Tags", One, One);

        Assert.Equal(
            $"""
            # Written by the pipeline: what each stage was made of, and what it gave. Commit it; never edit it.
            sdxl:
              Tags:
                fingerprint: {One}
                outputs: {One}
            tiny:
              Backgrounds:
                fingerprint: {Two}
                outputs: {One}
              Train v03:
                fingerprint: {One}
                outputs: {Two}

            """,
            File.ReadAllText(_folder["lock"]));
    }

    [Fact]
    public void It_is_not_touched_when_nothing_changes()
    {
        new LockFile(_folder["lock"]).Set("tiny", "Tags", One, Two);
        File.SetLastWriteTimeUtc(_folder["lock"], DateTime.UnixEpoch);

        new LockFile(_folder["lock"]).Set("tiny", "Tags", One, Two);

        Assert.Equal(DateTime.UnixEpoch, File.GetLastWriteTimeUtc(_folder["lock"]));
    }

    [Fact]
    public void Stages_that_are_no_more_can_be_dropped()
    {
        var file = new LockFile(_folder["lock"]);
        file.Set("tiny", "Train v01", One, Two);
        file.Set("tiny", "Train v02", One, Two);

        file.Keep("tiny", new HashSet<string>(StringComparer.Ordinal) { "Train v02" });

        Assert.DoesNotContain("v01", File.ReadAllText(_folder["lock"]), StringComparison.Ordinal);
        Assert.Contains("v02", File.ReadAllText(_folder["lock"]), StringComparison.Ordinal);
    }

    [Fact]
    public void Rubbish_is_replaced()
    {
        _folder.Write("lock", "<<<<<<< ours\n  x:\ny:\n  z:\n    fingerprint: 12\n");

        new LockFile(_folder["lock"]).Set("tiny", "Tags", One, Two);

        Assert.Contains($"  Tags:\n    fingerprint: {One}\n", File.ReadAllText(_folder["lock"]), StringComparison.Ordinal);
    }
}
