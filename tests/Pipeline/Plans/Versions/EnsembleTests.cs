namespace Slipway.Pipeline.Tests.Plans.Versions;

public sealed class EnsembleTests
{
    [Fact]
    public void Counts_its_versions_equally_unless_told_otherwise()
    {
        var plan = Load("{ of: [v01, v02] }");
        Assert.Equal([0.5, 0.5], plan.Ratios);
        Assert.Equal((16, 16), (plan.Rank, plan.ConvRank));
        var other = Load("{ of: [v03, v01], ratios: [0.7, -0.2], rank: 8, conv_rank: 4 }");
        Assert.Equal(["v03", "v01"], other.Of);
        Assert.Equal([0.7, -0.2], other.Ratios);
        Assert.Equal((8, 4), (other.Rank, other.ConvRank));
    }

    [Theory]
    [InlineData("{ of: [v01, v04] }", "names no version: `v04`; did you mean `v0")]
    [InlineData("{ of: [v01] }", "two or more different versions")]
    [InlineData("{ of: [v01, v01] }", "two or more different versions")]
    [InlineData("{ of: [v01, v02], ratios: [1] }", "must have a number for each of the 2 versions, but has 1")]
    [InlineData("{ of: [v01, v02], ranks: 4 }", "did you mean `rank`?")]
    public void What_cannot_be_is_said(string ensemble, string problem) =>
        Assert.Contains(PlanFile.Problems("evaluation:", $"ensembles:\n  merged: {ensemble}\nevaluation:"), found => found.Contains(problem, StringComparison.Ordinal));

    [Fact]
    public void Cannot_be_called_as_a_version_is() =>
        Assert.Contains("plan.yaml:23:3: `ensembles.v02` has the name of `versions.v02` in line 16: `v02`; give it another.", PlanFile.Problems("evaluation:", "ensembles:\n  v02: { of: [v01, v03] }\nevaluation:"));

    private static Slipway.Pipeline.Plans.Versions.EnsemblePlan Load(string ensemble) =>
        Assert.Single(PlanFile.Load("evaluation:", $"ensembles:\n  merged: {ensemble}\nevaluation:").Ensembles);
}
