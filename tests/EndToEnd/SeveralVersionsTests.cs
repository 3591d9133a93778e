namespace Slipway.EndToEnd.Tests;

/// <summary><c>--version</c>, given more than once.</summary>
public sealed class SeveralVersionsTests(FinishedWorkspace finished) : IDisposable
{
    private readonly Workspace _workspace = finished.Copy();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task Each_counts_and_each_is_checked_before_anything_runs()
    {
        var both = await HostProgram.RunAsync(_workspace.Root, "--target=Train", "--version=v01", "--version=v03");
        Assert.Equal((0, ""), (both.Code, both.Error));
        Assert.Contains("Train 2.", both.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("v02", both.Output, StringComparison.Ordinal);

        var preflight = await HostProgram.RunAsync(_workspace.Root, "--target=Preflight", "--version=v01", "--version=v03");
        Assert.Equal((0, ""), (preflight.Code, preflight.Error));
        Assert.Contains("v01", preflight.Output, StringComparison.Ordinal);
        Assert.Contains("v03", preflight.Output, StringComparison.Ordinal);

        var wrong = await HostProgram.RunAsync(_workspace.Root, "--target=Train", "--exclusive", "--version=v01", "--version=v30");
        Assert.Equal((2, "Error: There is no version `v30`; did you mean `v03`?"), (wrong.Code, wrong.Error.Trim()));
        Assert.DoesNotContain("Train         v01", wrong.Output, StringComparison.Ordinal);

        var export = await HostProgram.RunAsync(_workspace.Root, "--target=Export", "--version=v01", "--version=v03", "--out=x");
        Assert.Equal((2, "Error: --version is given 2 times (v01, v03); this target takes one."), (export.Code, export.Error.Trim()));
    }
}
