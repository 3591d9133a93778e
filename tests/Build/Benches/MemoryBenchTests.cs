using System.Text.RegularExpressions;
using Slipway.Build.Benches;
using static TorchSharp.torch;

namespace Slipway.Build.Tests.Benches;

/// <summary>The steps, with a model of a few hundred kilobytes, of which nothing is as it was estimated.</summary>
public sealed partial class MemoryBenchTests
{
    [Fact]
    [Trait("Tier", "slow")]
    public async Task Says_of_each_switch_what_was_estimated_and_measured_leaves_nothing_behind_and_fails_where_they_are_apart()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows does not forget a process's peak.");
        var lines = new List<string>();
        var before = Folders();
        var apart = await Assert.ThrowsAsync<InvalidOperationException>(() => new MemoryBench(FullSizeBenchTests.Small, ScalarType.BFloat16, 0, lines.Add).RunAsync(null, TestContext.Current.CancellationToken));
        Assert.Matches("^What is measured of fp8_base, .*gradient_checkpointing is more than 0 % from the estimate;", apart.Message);
        Assert.Equal(
            from change in new[] { "fp8_base", "blocks_to_swap", "AdamW8bit", "text encoders away", "gradient_checkpointing" }
            from name in new[] { "without " + change, "with it", "less" }
            select name,
            lines.Skip(1).Select(line => Line().Match(line).Groups["name"].Value.TrimEnd()));
        Assert.Empty(Folders().Except(before));
    }

    [Fact]
    public async Task Refuses_a_switch_that_is_none() => Assert.Contains(
        "--switch is 'fp8'; expected fp8_base, blocks_to_swap, AdamW8bit, ",
        (await Assert.ThrowsAsync<ArgumentException>(() => new MemoryBench(FullSizeBenchTests.Small, ScalarType.BFloat16, 0, _ => { }).RunAsync("fp8", TestContext.Current.CancellationToken))).Message,
        StringComparison.Ordinal);

    [Theory]
    [InlineData("memory:0:16")]
    [InlineData("memory:99:16:BFloat16")]
    [InlineData("memory:-1:16:BFloat16")]
    [InlineData("memory:a:16:BFloat16")]
    [InlineData("memory:0:16:bf")]
    public void Refuses_a_step_that_is_none(string scenario) =>
        Assert.Contains("expected memory:NUMBER:SIDE:PRECISION", Assert.Throws<ArgumentException>(() => MemoryBench.TakeStep(scenario, "/", _ => { }, TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);

    private static string[] Folders() => Directory.GetDirectories(Path.GetTempPath(), "slipway-memory-*");

    [GeneratedRegex(@"^(?<name>.+?)  +-?[0-9]+ MiB +-?[0-9]+ MiB  +(-?[0-9.]+|-?∞|NaN)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Line();
}
