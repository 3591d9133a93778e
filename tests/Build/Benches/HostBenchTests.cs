using System.Text.RegularExpressions;
using Slipway.Build.Benches;

namespace Slipway.Build.Tests.Benches;

/// <summary>The kinds of steps; nothing is said of the times. Of tensors a bf16 step makes no more than one in f32, whose values need no rounding.</summary>
[Trait("Tier", "slow")]
public sealed partial class HostBenchTests
{
    [Fact]
    public void Says_time_and_tensors_of_each_kind_of_step()
    {
        var lines = new List<string>();
        new HostBench(lines.Add).Run(2, TestContext.Current.CancellationToken);
        var found = lines.Select(line => Line().Match(line)).ToList();
        Assert.Equal(["f32", "f32, checkpointed", "bf16", "bf16, checkpointed"], found.Select(match => match.Groups["kind"].Value.TrimEnd()));
        var tensors = found.Select(match => int.Parse(match.Groups["tensors"].ValueSpan, System.Globalization.NumberStyles.AllowThousands, System.Globalization.CultureInfo.InvariantCulture)).ToList();
        Assert.InRange(tensors[2] - tensors[0], 0, 10);
        Assert.InRange(tensors[3] - tensors[1], 0, 10);
    }

    [GeneratedRegex(@"^(?<kind>.+?) +forward +\d+ ms, backward +\d+ ms, optimizer +\d+ ms, (?<tensors>[\d,]+) tensors a step$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Line();
}
