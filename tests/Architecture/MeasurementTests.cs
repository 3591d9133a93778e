using Slipway.Testing;
using Xunit;

namespace Slipway.Architecture.Tests;

/// <summary>What a process holds is what all of its tests hold that run at the moment.</summary>
public sealed class MeasurementTests
{
    private static readonly string[] Measures = [$"{nameof(ResidentMemory)}.{nameof(ResidentMemory.Bytes)}", $"{nameof(PeakMemory)}.{nameof(PeakMemory.Bytes)}", "NativeHeap.InUse", "WorkingSet64"];

    [Fact]
    public void Tests_that_measure_a_process_run_in_one_of_their_own()
    {
        var measuring = Directory.GetFiles(Path.Combine(Repository.Root, "tests"), "*Tests.cs", SearchOption.AllDirectories)
            .Where(file => Path.GetFileName(file) != "MeasurementTests.cs")
            .Select(file => (Name: Path.GetRelativePath(Repository.Root, file), Text: File.ReadAllText(file)))
            .Where(file => Array.Exists(Measures, measure => file.Text.Contains(measure, StringComparison.Ordinal)))
            .ToList();
        Assert.True(measuring.Count > 5, $"{measuring.Count} files measure.");
        Assert.Equal([], measuring.Where(file => !file.Text.Contains($"{nameof(OwnProcess)}.{nameof(OwnProcess.RunAsync)}", StringComparison.Ordinal)).Select(file => file.Name));
    }
}
