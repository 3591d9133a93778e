namespace Slipway.EndToEnd.Tests;

/// <summary>A run that has nothing to do is over before one of the large libraries would be loaded.</summary>
public sealed class NothingToDoTests(FinishedWorkspace finished)
{
    private static readonly string[] Libraries = ["libtorch", "libSkiaSharp", "libonnxruntime"];

    [Theory]
    [InlineData("Evaluate")]
    [InlineData("Status")]
    [InlineData("Graph")]
    public async Task Neither_libtorch_nor_skia_nor_onnx_runtime_is_loaded(string target)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The loader of glibc tells what it loads.");
        using var workspace = finished.Copy();
        Assert.Empty(await LoadedAsync(workspace, target));
    }

    [Fact]
    public async Task It_says_in_a_few_lines_where_the_results_lie_and_what_they_are()
    {
        using var workspace = finished.Copy();
        var lines = (await HostProgram.RunAsync(workspace.Root)).Output.TrimEnd().Split('\n');
        Assert.InRange(lines.Length, 5, 15);
        Assert.StartsWith("Everything is up to date; reused: Backgrounds 3, ", lines[0], StringComparison.Ordinal);
        Assert.Contains(lines, line => line.StartsWith("grids ", StringComparison.Ordinal) && line.Contains(" artifacts/grids/versions.png", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("LoRAs ", StringComparison.Ordinal) && line.Contains(" artifacts/lora/sail_kun_v03.safetensors", StringComparison.Ordinal));
        Assert.StartsWith("v03 ", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_draws_loads_them()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The loader of glibc tells what it loads.");
        using var workspace = finished.Copy();
        Directory.Delete(workspace[".slipway"], recursive: true);
        Assert.Equal(["libSkiaSharp", "libtorch"], await LoadedAsync(workspace, "Backgrounds"));
    }

    private static async Task<IEnumerable<string>> LoadedAsync(Workspace workspace, string target)
    {
        var run = await HostProgram.ResultAsync(HostProgram.Start(
            "env", workspace.Root, ["LD_DEBUG=files", $"LD_DEBUG_OUTPUT={workspace["loaded"]}", "dotnet", HostProgram.Path, $"--target={target}"]));
        Assert.Equal("", run.Error);
        Assert.Equal(0, run.Code);
        var told = string.Concat(Directory.EnumerateFiles(workspace.Root, "loaded.*").Select(File.ReadAllText));
        Assert.Contains("libcoreclr", told, StringComparison.Ordinal);
        return Libraries.Where(library => told.Contains(library, StringComparison.Ordinal)).Order(StringComparer.Ordinal);
    }
}
