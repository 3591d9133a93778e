using System.Reflection;
using System.Runtime.CompilerServices;
using Xunit;

namespace Slipway.Testing;

/// <summary>
/// A test that measures a process, in one of its own: no other test's memory is in it, the C library has one heap, and gives back what
/// is large by a fixed measure. The runtime compiles nothing a second time meanwhile: what that takes of the C library, it gives back at
/// moments of its own.
/// </summary>
public static class OwnProcess
{
    private const string Variable = "SLIPWAY_TEST_ALONE";

    /// <summary>Whether this is the process that a test was given. Windows, whose C library tells nothing, gives it none.</summary>
    public static bool IsThis => OperatingSystem.IsWindows() || Environment.GetEnvironmentVariable(Variable) == "1";

    /// <summary>Runs a test of the calling program by itself, and fails where it fails.</summary>
    /// <param name="tests">Its class.</param>
    /// <param name="name">Its method: the caller.</param>
    public static async Task RunAsync(Type tests, [CallerMemberName] string name = "")
    {
        var program = Assembly.GetEntryAssembly()!.Location;
        var result = await HostProgram.ResultAsync(HostProgram.Start(
            "env", AppContext.BaseDirectory, [$"{Variable}=1", "MALLOC_ARENA_MAX=1", "MALLOC_MMAP_THRESHOLD_=1048576", "DOTNET_TC_CallCountingDelayMs=1000000", "dotnet", program, "-noColor", "-method", $"{tests.FullName}.{name}"]));
        Assert.True(result.Code == 0 && result.Output.Contains("Total: 1,", StringComparison.Ordinal), $"{result.Output}\n{result.Error}");
    }
}
