using Slipway.Training.LoraFiles;

namespace Slipway.Training.Tests.LoraFiles;

public sealed class LowRankApproximationTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    /// <summary>sd-scripts' cut of outliers: the bound is a quantile of the signed values, and it cuts below zero as far as above.</summary>
    [Theory]
    [InlineData(24, 32)]
    [InlineData(32, 8)]
    public void Outliers_are_cut_on_both_sides(int outputs, int inputs)
    {
        using var generator = new Generator(1, CPU);
        var matrix = randn([outputs, inputs], generator: generator);
        var (up, down) = LowRankApproximation.Decompose(matrix, 4, quantile: null);
        var (cutUp, cutDown) = LowRankApproximation.Decompose(matrix, 4, quantile: 0.9);

        var sorted = cat([up.flatten(), down.flatten()]).sort().Values.data<float>().ToArray();
        var place = 0.9 * (sorted.Length - 1);
        var bound = sorted[(int)place] + ((place - (int)place) * (sorted[(int)place + 1] - sorted[(int)place]));
        Assert.All(new[] { (up, cutUp), (down, cutDown) }, pair => Assert.InRange(Golden.MaxError(pair.Item2, pair.Item1.clamp(-bound, bound)), 0, 1e-6));
        // Both sides have something to cut, or the test would say nothing.
        Assert.True(sorted[0] < -bound && sorted[^1] > bound, $"{sorted[0]}, {bound}, {sorted[^1]}");
        Assert.Equal((-bound, bound), (Math.Min(cutUp.min().item<float>(), cutDown.min().item<float>()), Math.Max(cutUp.max().item<float>(), cutDown.max().item<float>())), (a, b) => Math.Abs(a.Item1 - b.Item1) + Math.Abs(a.Item2 - b.Item2) < 1e-6);
    }

    /// <summary>The nearest matrix of a rank misses by the singular values left out (Eckart and Young 1936).</summary>
    [Theory]
    [InlineData(24, 32)]
    [InlineData(32, 8)]
    public void Without_a_cut_the_rest_is_what_the_rank_leaves_out(int outputs, int inputs)
    {
        using var generator = new Generator(1, CPU);
        var matrix = randn([outputs, inputs], generator: generator);
        var (up, down) = LowRankApproximation.Decompose(matrix, 4, quantile: null);
        var rest = linalg.svdvals(matrix)[4..].square().sum().sqrt().item<float>();
        Assert.Equal(rest, (matrix - up.mm(down)).norm().item<float>(), 1e-4);
    }
}
