using Slipway.Training.Metadata;
using Slipway.Training.Options;

namespace Slipway.Training.Tests.Options;

public sealed class NetworkArgumentsTests
{
    [Fact]
    public void A_plain_lora_and_a_locon_are_sd_scripts_own()
    {
        Assert.Equal("networks.lora", Text(new()));
        Assert.Equal("networks.lora conv_dim=8 conv_alpha=4.0", Text(new() { ConvDim = 8, ConvAlpha = 4 }));
        Assert.Equal("networks.lora rank_dropout=0.1 module_dropout=0.2", Text(new() { Dropout = new() { NetworkDropout = 0.3, RankDropout = 0.1, ModuleDropout = 0.2 } }));
    }

    [Fact]
    public void Everything_else_is_lycoris()
    {
        Assert.Equal("lycoris.kohya algo=lora dora_wd=True wd_on_output=False", Text(new() { Adapter = new() { DoraWd = true } }));
        Assert.Equal("lycoris.kohya algo=locon conv_dim=8 conv_alpha=1.0 use_tucker=True", Text(new() { ConvDim = 8, Adapter = new() { UseTucker = true } }));
        Assert.Equal("lycoris.kohya algo=loha", Text(new() { Adapter = new() { NetworkAlgo = "loha" } }));
        Assert.Equal("lycoris.kohya algo=lokr factor=-1", Text(new() { Adapter = new() { NetworkAlgo = "lokr" } }));
        Assert.Equal(
            "lycoris.kohya algo=lokr factor=8 decompose_both=True full_matrix=True dora_wd=True wd_on_output=False",
            Text(new() { Adapter = new() { NetworkAlgo = "lokr", DoraWd = true, WdOnOutput = false, Kronecker = new() { Factor = 8, DecomposeBoth = true, FullMatrix = true } } }));
    }

    [Fact]
    public void The_metadata_name_module_and_arguments_with_the_dropout_among_them()
    {
        var options = new TrainingOptions { MaxTrainSteps = 1, Network = new() { NetworkDim = 2, Adapter = new() { NetworkAlgo = "lokr" }, Dropout = new() { NetworkDropout = 0.1 } } };
        var metadata = LoraMetadata.FromTraining(options, [TinyModel.Image("1_x/a.png", "a")], new LoraOrigin { OutputName = "x", ModelName = "tiny" });
        Assert.Equal("lycoris.kohya", metadata["ss_network_module"]);
        Assert.Equal("0.1", metadata["ss_network_dropout"]);
        Assert.Equal("""{"algo": "lokr", "factor": "-1", "dropout": 0.1}""", metadata["ss_network_args"]);
    }

    private static string Text(LoraOptions network) =>
        string.Join(' ', [NetworkArguments.FromOptions(network).Module, .. NetworkArguments.FromOptions(network).Arguments.Select(pair => $"{pair.Key}={pair.Value}")]);
}
