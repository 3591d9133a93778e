namespace Slipway.Pipeline.Tests.Plans.Versions;

public sealed class BlockReaderTests
{
    private const string Dims = "0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22";

    [Fact]
    public void Every_list_reaches_the_training_and_the_fingerprint_as_a_list_or_in_one_text()
    {
        var plan = PlanFile.Load("    lr_scheduler: cosine", $"    block_dims: [{Dims}]\n    block_alphas: \"{Dims}\"\n    conv_block_dims: {Dims}\n    conv_block_alphas: {Dims}\n    down_lr_weight: [1, 2, 3, 4, 5, 6, 7, 8, 9]\n    mid_lr_weight: 0.5,1,1.5\n    up_lr_weight: linear+.25\n    block_lr_zero_threshold: 0.1");
        var blocks = plan.Version("v02").Training.Network.Blocks;
        int[] all = [.. Enumerable.Range(0, 23)];
        Assert.Equal(all, blocks.BlockDims);
        Assert.Equal(all.Select(n => (double)n), blocks.BlockAlphas);
        Assert.Equal(all, blocks.ConvBlockDims);
        Assert.Equal(all.Select(n => (double)n), blocks.ConvBlockAlphas);
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8, 9], blocks.DownLrWeight);
        Assert.Equal([0.5, 1, 1.5], blocks.MidLrWeight);
        Assert.Equal([0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1, 1.125, 1.25], blocks.UpLrWeight);
        Assert.Equal(0.1, blocks.BlockLrZeroThreshold);
        var key = TrainingKey.Of(plan, "v02");
        Assert.Equal(
            [Dims, Dims, Dims, Dims, "1,2,3,4,5,6,7,8,9", "0.5,1,1.5", "0.25,0.375,0.5,0.625,0.75,0.875,1,1.125,1.25", "0.1"],
            new[] { "block_dims", "block_alphas", "conv_block_dims", "conv_block_alphas", "down_lr_weight", "mid_lr_weight", "up_lr_weight", "block_lr_zero_threshold" }
                .Select(role => key[role].Replace(", ", ",", StringComparison.Ordinal)));
    }

    /// <summary>sd-scripts' words: values of the first, fifth and last of nine blocks.</summary>
    [Theory]
    [InlineData("sine", 0, 0.70710678118654757, 1)]
    [InlineData("cosine", 1, 0.70710678118654757, 0)]
    [InlineData("linear", 0, 0.5, 1)]
    [InlineData("reverse_linear+0.1", 1.1, 0.6, 0.1)]
    [InlineData("zeros+0.2", 0.2, 0.2, 0.2)]
    public void Words_stand_for_lists(string word, double first, double fifth, double last)
    {
        var weights = Load($"down_lr_weight: {word}").Training.Network.Blocks.DownLrWeight!;
        Assert.Equal(9, weights.Count);
        Assert.Equal([first, fifth, last], [weights[0], weights[4], weights[8]], (a, b) => Math.Abs(a - b) < 1e-15);
    }

    [Theory]
    [InlineData("block_dims: [1, 2]", "`versions.v02.block_dims` must be 23 whole numbers from 0 to 4096")]
    [InlineData("block_dims: 0.5," + Dims + "", "`versions.v02.block_dims` must be 23 whole numbers")]
    [InlineData("mid_lr_weight: 1", "`versions.v02.mid_lr_weight` must be 3 numbers of 0 or more")]
    [InlineData("up_lr_weight: sine+x", "`versions.v02.up_lr_weight` must be 9 numbers, or one of sine")]
    [InlineData("up_lr_weight: sin", "`versions.v02.up_lr_weight` must be 9 numbers of 0 or more")]
    public void Slips_are_named(string text, string expected) =>
        Assert.Contains(PlanFile.Problems("    lr_scheduler: cosine", "    " + text), problem => problem.Contains(expected, StringComparison.Ordinal));

    private static Slipway.Pipeline.Plans.Versions.VersionPlan Load(string text) => PlanFile.Load("    lr_scheduler: cosine", "    " + text).Version("v02");
}
