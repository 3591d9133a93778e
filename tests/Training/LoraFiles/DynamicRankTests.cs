using Slipway.Training.LoraFiles;

namespace Slipway.Training.Tests.LoraFiles;

public sealed class DynamicRankTests
{
    private static readonly double[] Values = [8, 4, 2, 1, 0.5];

    /// <summary>By resize_lora's rules, reckoned by hand: shares of squares are .751, .938, .985, .997; of values .516, .774, .903, .968.</summary>
    [Theory]
    [InlineData("sv_ratio", 3, 2)]
    [InlineData("sv_ratio", 5, 3)]
    [InlineData("sv_ratio", 1.5, 1)]
    [InlineData("sv_ratio", 1000, 4)]
    [InlineData("sv_fro", 0.9, 2)]
    [InlineData("sv_fro", 0.99, 3)]
    [InlineData("sv_cumulative", 0.5, 1)]
    [InlineData("sv_cumulative", 0.9, 3)]
    [InlineData("sv_cumulative", 0.99, 4)]
    public void Ranks(string method, double parameter, int expected) => Assert.Equal(expected, new DynamicRank(method, parameter).RankFor(Values));

    [Theory]
    [InlineData("sv_ratio", 1)]
    [InlineData("sv_fro", 1)]
    [InlineData("sv_cumulative", 0)]
    [InlineData("sv_other", 0.5)]
    public void Nonsense_is_named(string method, double parameter) => Assert.Contains(method, new DynamicRank(method, parameter).Problem!, StringComparison.Ordinal);
}
