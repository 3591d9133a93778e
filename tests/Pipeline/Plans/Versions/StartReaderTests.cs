using Slipway.Training.Options;

namespace Slipway.Pipeline.Tests.Plans.Versions;

public sealed class StartReaderTests
{
    [Fact]
    public void Files_and_multipliers_reach_the_training_but_no_path_the_fingerprint()
    {
        var plan = PlanFile.Load("    lr_scheduler: cosine", "    network_weights: loras/a.safetensors\n    dim_from_weights: true\n    base_weights: [loras/b.safetensors, loras/c.safetensors]\n    base_weights_multiplier: [0.5, -1]");
        var start = plan.Version("v02").Training.Network.Start;
        Assert.Equal(("loras/a.safetensors", true), (start.NetworkWeights, start.DimFromWeights));
        Assert.Equal([new BaseWeights("loras/b.safetensors", 0.5), new BaseWeights("loras/c.safetensors", -1)], start.Bases);
        var key = TrainingKey.Of(plan, "v02");
        Assert.Equal(("true", "0.5", "-1"), (key["dim_from_weights"], key["base_weights.multiplier/0"], key["base_weights.multiplier/1"]));
        Assert.Equal(["base_weights.file/0", "base_weights.file/1", "network_weights"], key.Where(entry => entry.Value.Contains("loras/", StringComparison.Ordinal)).Select(entry => entry.Key).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void One_file_needs_no_list_and_counts_whole() =>
        Assert.Equal([new BaseWeights("b.safetensors")], Load("base_weights: b.safetensors").Training.Network.Start.Bases);

    [Theory]
    [InlineData("dim_from_weights: true", "`versions.v02.dim_from_weights` takes ranks from `network_weights`")]
    [InlineData("network_weights: [a, b]", "`versions.v02.network_weights` must be the path of a LoRA file")]
    [InlineData("base_weights: [a, b]\n    base_weights_multiplier: [1]", "`versions.v02.base_weights_multiplier` must be 2 numbers")]
    public void Slips_are_named(string text, string expected) =>
        Assert.Contains(PlanFile.Problems("    lr_scheduler: cosine", "    " + text), problem => problem.Contains(expected, StringComparison.Ordinal));

    private static Slipway.Pipeline.Plans.Versions.VersionPlan Load(string text) => PlanFile.Load("    lr_scheduler: cosine", "    " + text).Version("v02");
}
