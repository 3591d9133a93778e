using System.Text.RegularExpressions;
using Slipway.Build.Benches;

namespace Slipway.Build.Tests.Benches;

/// <summary>The kinds of steps and what they launch; nothing is said of the times. Of tensors a bf16 step makes no more than one in f32, whose values need no rounding.</summary>
[Trait("Tier", "slow")]
public sealed partial class HostBenchTests
{
    /// <summary>
    /// What a card launches for each kind of step: the same on every processor. Before values were rounded at once and branches computed with their layers, a
    /// checkpointed step in bf16 took 19,550.
    /// </summary>
    private static readonly int[] Launches = [11_160, 7_484, 15_085, 9_659, 11_172, 7_496, 15_097, 9_671];

    [Fact]
    public void Says_time_and_tensors_of_each_kind_of_step()
    {
        var lines = new List<string>();
        new HostBench(lines.Add).Run(2, TestContext.Current.CancellationToken);
        var found = lines.Select(line => Line().Match(line)).ToList();
        Assert.Equal(
            ["f32", "f32, joined", "f32, checkpointed", "f32, checkpointed, joined", "bf16", "bf16, joined", "bf16, checkpointed", "bf16, checkpointed, joined"],
            found.Select(match => match.Groups["kind"].Value.TrimEnd()));
        var tensors = found.Select(match => Number(match, "tensors")).ToList();
        Assert.All([0, 1, 2, 3], i => Assert.InRange(tensors[i + 4] - tensors[i], 0, 10));
        if (OperatorCount.IsKnown)
            Assert.Equal(Launches, found.Select(match => Number(match, "launches")));
    }

    private static int Number(Match line, string name) =>
        line.Groups[name] is { Success: true } group ? int.Parse(group.ValueSpan, System.Globalization.NumberStyles.AllowThousands, System.Globalization.CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex(@"^(?<kind>.+?) +forward +\d+ ms, backward +\d+ ms, optimizer +\d+ ms, (?<tensors>[\d,]+) tensors(, (?<operators>[\d,]+) operators, (?<launches>[\d,]+) launches)? a step$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Line();
}
