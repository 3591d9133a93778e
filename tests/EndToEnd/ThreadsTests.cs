using System.Security.Cryptography;

namespace Slipway.EndToEnd.Tests;

/// <summary><c>threads: 0</c>: the number that is used decides the bytes, so it is what the key holds.</summary>
public sealed class ThreadsTests : IDisposable
{
    private readonly Workspace _workspace = Workspace.New();

    public ThreadsTests() => _workspace.Edit(("profiles.tiny.threads", "0"), ("profiles.tiny.resolution", "128"), ("backgrounds.count", "1"));

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task Other_numbers_of_threads_have_other_keys_whoever_chooses_the_number()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.ProcessorCount > 1, "It takes taskset and two cores.");
        const string Taken = "Backgrounds: up to date (1 reused)";
        var run = await RunAsync(["taskset", "-c", "0"], "--target=Backgrounds");
        Assert.Equal("", run.Error);
        var pictures = Pictures();

        Assert.Contains(Taken, (await RunAsync(["taskset", "-c", "0"], "--target=Status")).Output, StringComparison.Ordinal);
        Assert.Contains(Taken, (await RunAsync(["OMP_NUM_THREADS=1"], "--target=Status")).Output, StringComparison.Ordinal);
        Assert.Contains(Taken, (await RunAsync(["MKL_NUM_THREADS=1", "OMP_NUM_THREADS=2"], "--target=Status")).Output, StringComparison.Ordinal);
        var both = (await RunAsync(["OMP_NUM_THREADS=2"], "--target=Status")).Output;
        Assert.Contains("Backgrounds: 1 would run, 0 reused", both, StringComparison.Ordinal);
        Assert.Contains("`threads`", both, StringComparison.Ordinal);
        var lower = (await RunAsync(["OMP_NUM_THREADS=1", "ATEN_CPU_CAPABILITY=default"], "--target=Status")).Output;
        Assert.Contains("Backgrounds: 1 would run, 0 reused", lower, StringComparison.Ordinal);
        Assert.Contains("`ATEN_CPU_CAPABILITY`", lower, StringComparison.Ordinal);

        // The key says one thread: so one computes, though there are cores and OpenMP would take them.
        Directory.Delete(_workspace[".slipway"], recursive: true);
        Assert.Equal(0, (await RunAsync(["MKL_NUM_THREADS=1", "OMP_NUM_THREADS=2"], "--target=Backgrounds")).Code);
        Assert.Equal(pictures, Pictures());
    }

    private Task<HostResult> RunAsync(string[] under, string target) =>
        HostProgram.ResultAsync(HostProgram.Start("env", _workspace.Root, ["-u", "OMP_NUM_THREADS", .. under, "dotnet", HostProgram.Path, target]));

    private string[] Pictures() =>
        [.. Directory.GetFiles(_workspace["artifacts/backgrounds"]).Order(StringComparer.Ordinal).Select(file => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file))))];
}
