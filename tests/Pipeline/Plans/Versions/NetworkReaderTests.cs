using Slipway.Training.Options;

namespace Slipway.Pipeline.Tests.Plans.Versions;

public sealed class NetworkReaderTests
{
    private const string Everything =
        """
            network_dim: 8
            network_alpha: 4
            conv_dim: 3
            conv_alpha: 2
            network_train_unet_only: true
            network_algo: lokr
            use_tucker: true
            dora_wd: true
            wd_on_output: true
            factor: 8
            decompose_both: true
            full_matrix: true
            network_dropout: 0.1
            rank_dropout: 0.2
            module_dropout: 0.3
        """;

    [Fact]
    public void Every_option_reaches_the_training_and_the_fingerprint()
    {
        var plan = PlanFile.Load("    lr_scheduler: cosine", Everything);
        Assert.Equal(
            new LoraOptions
            {
                NetworkDim = 8,
                NetworkAlpha = 4,
                ConvDim = 3,
                ConvAlpha = 2,
                NetworkTrainUnetOnly = true,
                Adapter = new() { NetworkAlgo = "lokr", UseTucker = true, DoraWd = true, WdOnOutput = true, Kronecker = new() { Factor = 8, DecomposeBoth = true, FullMatrix = true } },
                Dropout = new() { NetworkDropout = 0.1, RankDropout = 0.2, ModuleDropout = 0.3 },
            },
            plan.Version("v02").Training.Network);
        var key = TrainingKey.Of(plan, "v02");
        Assert.All(Everything.Split('\n').Select(line => line.Trim().Split(": ")), pair => Assert.Equal(pair[1], key[pair[0]]));
    }

    [Fact]
    public void What_is_not_given_is_a_plain_lora_and_in_no_fingerprint()
    {
        var plan = PlanFile.Load();
        Assert.Equal(new LoraOptions(), plan.Version("v01").Training.Network);
        Assert.DoesNotContain(TrainingKey.Of(plan, "v01").Keys, role => Everything.Contains(role + ":", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("network_algo: lora", AdapterAlgorithm.Lora)]
    [InlineData("network_algo: locon\n    conv_dim: 4", AdapterAlgorithm.Lora)]
    [InlineData("network_algo: loha", AdapterAlgorithm.Loha)]
    [InlineData("network_algo: lokr", AdapterAlgorithm.Lokr)]
    public void Algorithms_have_lycoris_names(string text, AdapterAlgorithm expected) =>
        Assert.Equal(expected, PlanFile.Load("    lr_scheduler: cosine", "    " + text).Version("v02").Training.Network.Adapter.Algorithm);

    [Theory]
    [InlineData("network_algo: dora", "`versions.v02.network_algo` must be one of lora, locon, loha, lokr")]
    [InlineData("network_algo: locon", "is `locon`, a LoRA beside 3×3 convolutions too; give `conv_dim`")]
    [InlineData("factor: 4", "`versions.v02.factor` is for `network_algo: lokr`")]
    [InlineData("network_algo: lokr\n    factor: 0", "`versions.v02.factor` must be -1")]
    [InlineData("wd_on_output: true", "`versions.v02.wd_on_output` is for `dora_wd: true`")]
    [InlineData("use_tucker: true", "`versions.v02.use_tucker` is for 3×3 convolutions")]
    [InlineData("rank_dropout: 1", "`versions.v02.rank_dropout` must be a number from 0 to 0.999")]
    public void Slips_are_named(string text, string expected) =>
        Assert.Contains(PlanFile.Problems("    lr_scheduler: cosine", "    " + text), problem => problem.Contains(expected, StringComparison.Ordinal));
}
