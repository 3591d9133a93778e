using System.Runtime.Intrinsics.X86;
using Slipway.Native;

namespace Slipway.Build.Tests;

/// <summary>The list by which the published host is compiled ahead of time, and what is left to compile while it runs.</summary>
public sealed class StartupTests
{
    /// <summary>There are 65, and 22 where all results are there; without the list 1,100 and 1,300, each of which takes about a tenth of a millisecond.</summary>
    private const int Few = 120;

    private static string List => Path.Combine(Repository.Root, "src", "Startup", "instantiations.txt");

    /// <summary>Of the framework it may have names that another patch of it does not have.</summary>
    [Fact]
    public void Each_type_of_our_own_that_the_list_names_is_there_with_its_methods()
    {
        using var profile = new MibcProfile([.. Directory.GetFiles(AppContext.BaseDirectory, "*.dll"), .. Directory.GetFiles(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "*.dll")]);

        var lines = File.ReadAllLines(List);
        var stale = lines.Where(line => profile.Add(line).Count > 0 && (line.StartsWith("[Slipway.", StringComparison.Ordinal) || line.StartsWith("[slipway]", StringComparison.Ordinal))).ToList();

        Assert.NotEmpty(lines);
        Assert.True(stale.Count == 0, $"src/Startup/instantiations.txt is stale (dotnet run -c Release --project tests/Benchmarks -- startup --write renews it):\n{string.Join('\n', stale)}");
    }

    [Fact]
    [Trait("Tier", "slow")]
    public async Task The_published_host_has_next_to_nothing_to_compile_until_it_has_looked_at_all_stages()
    {
        var published = Path.Combine(Repository.Root, "build", "bin", "host", "slipway.dll");
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists(published), "There is no published host: ./build.sh makes one.");
        Assert.SkipUnless(Avx2.IsSupported || !X86Base.IsSupported, "What is compiled ahead of time because of the list is for processors with AVX2.");
        using var host = new Host().Furnished();
        using var folder = new TemporaryFolder();

        var result = await HostProgram.ResultAsync(HostProgram.Start(
            "env", host.Workspace, [$"DOTNET_JitStdOutFile={folder["compiled.txt"]}", "DOTNET_JitDisasmSummary=1", $"SLIPWAY_CLONE={Repository.Root}", "dotnet", published, "--target=Status"]));

        Assert.Equal((0, ""), (result.Code, result.Error));
        var compiled = File.ReadAllLines(folder["compiled.txt"]);
        Assert.True(compiled.Length < Few, $"{compiled.Length} methods, and expected are less than {Few}; dotnet run -c Release --project tests/Benchmarks -- startup --write renews the list of them:\n{string.Join('\n', compiled)}");
    }
}
