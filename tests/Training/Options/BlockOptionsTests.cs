using Slipway.Training.Loop;
using Slipway.Training.Networks;
using Slipway.Training.Options;
using Slipway.Training.Tests.Networks;

namespace Slipway.Training.Tests.Options;

/// <summary>Ranks, alphas and rates by blocks, in sd-scripts' count of SDXL's blocks.</summary>
[Trait("Tier", "slow")]
public sealed class BlockOptionsTests
{
    [Theory]
    [InlineData("lora_unet_time_embed_0", 0)]
    [InlineData("lora_unet_label_emb_0_0", 0)]
    [InlineData("lora_unet_input_blocks_0_0", 1)]
    [InlineData("lora_unet_input_blocks_8_1_proj_in", 9)]
    [InlineData("lora_unet_middle_block_0_in_layers_2", 10)]
    [InlineData("lora_unet_middle_block_1_proj_in", 11)]
    [InlineData("lora_unet_middle_block_2_in_layers_2", 12)]
    [InlineData("lora_unet_output_blocks_0_0_in_layers_2", 13)]
    [InlineData("lora_unet_output_blocks_8_0_skip_connection", 21)]
    [InlineData("lora_unet_out_2", 22)]
    public void Blocks_are_counted_as_sd_scripts_counts_them(string name, int expected)
    {
        using var model = TinyModel.WithSdxlSizes();
        Assert.Equal(expected, UNetBlocks.OfLayer(LoraTargets.All(model).Single(target => target.Name == name).Name));
    }

    [Fact]
    public void Each_block_has_its_rank_and_alpha_and_a_rank_of_zero_leaves_it_out()
    {
        using var model = TinyModel.WithGoldenSizes();
        int[] dims = [.. Enumerable.Range(0, 23).Select(block => block % 4)];
        int[] convDims = [.. Enumerable.Range(0, 23).Select(block => block % 3)];
        double[] alphas = [.. Enumerable.Range(0, 23).Select(block => block + 0.5)];
        double[] convAlphas = [.. Enumerable.Range(0, 23).Select(block => block + 0.25)];
        using var network = LoraNetwork.Create(model, new() { NetworkDim = 7, Blocks = new() { BlockDims = dims, BlockAlphas = alphas, ConvBlockDims = convDims, ConvBlockAlphas = convAlphas } }, 1);
        var modules = network.Adapters.Where(module => module.Target.Group == LoraGroup.UNet).ToList();
        Assert.All(modules, module =>
        {
            var block = UNetBlocks.OfLayer(module.Name);
            Assert.Equal(module.Target.IsSpatial ? (convDims[block], convAlphas[block]) : (dims[block], alphas[block]), (module.Rank, module.Alpha));
        });
        var expected = LoraNetwork.Targets(model, convolutions: true, textEncoders: false).Where(target => (target.IsSpatial ? convDims : dims)[UNetBlocks.OfLayer(target.Name)] > 0);
        Assert.Equal(expected.Select(target => target.Name), modules.Select(module => module.Name));
        Assert.All(network.Adapters.Where(module => module.Target.Group == LoraGroup.TextEncoder), module => Assert.Equal((7, 1.0), (module.Rank, module.Alpha)));
    }

    [Fact]
    public void Where_a_list_is_missing_the_network_s_own_value_counts()
    {
        using var model = TinyModel.WithGoldenSizes();
        var weights = Enumerable.Repeat(0.5, 9).ToArray();
        using var network = LoraNetwork.Create(model, new() { NetworkDim = 3, NetworkAlpha = 2, ConvDim = 2, ConvAlpha = 1.5, Blocks = new() { UpLrWeight = weights } }, 1);
        Assert.All(network.Adapters, module => Assert.Equal(module.Target.IsSpatial ? (2, 1.5) : (3, 2.0), (module.Rank, module.Alpha)));
        Assert.All(network.Adapters, module => Assert.Equal(module.Name.Contains("_output_blocks_", StringComparison.Ordinal) ? 0.5 : 1, module.LrMultiplier));
    }

    [Fact]
    public void Rates_go_by_block_and_what_is_not_above_the_threshold_gets_no_branches()
    {
        using var model = TinyModel.WithGoldenSizes();
        double[] down = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];
        double[] up = [1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.7, 1.8, 0];
        using var network = LoraNetwork.Create(model, new() { ConvDim = 2, NetworkTrainUnetOnly = true, Blocks = new() { DownLrWeight = down, MidLrWeight = [2, 3, 4], UpLrWeight = up, BlockLrZeroThreshold = 0.4 } }, 1);
        double[] weights = [1, .. down, 2, 3, 4, .. up, 1];
        Assert.All(network.Adapters, module => Assert.Equal(weights[UNetBlocks.OfLayer(module.Name)], module.LrMultiplier));
        Assert.All(network.Adapters, module => Assert.True(module.LrMultiplier > 0.4));
        var blocks = network.Adapters.Select(module => UNetBlocks.OfLayer(module.Name)).Distinct().ToList();
        Assert.Equal([5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20], blocks);
    }

    /// <summary>Adam's first step has the size of its rate, whatever the gradient: what a block moves shows its rate.</summary>
    [Fact]
    public void A_blocks_weight_reaches_the_optimizer()
    {
        using var model = TinyModel.Create();
        var options = new TrainingOptions
        {
            Network = new() { NetworkDim = 2, NetworkTrainUnetOnly = true, Blocks = new() { MidLrWeight = [1, 0.25, 1] } },
            LearningRate = 1e-2,
            MaxTrainSteps = 1,
            MaxGradNorm = 0,
        };
        using var network = Trainer.Run(model, options, [TinyModel.Image("1_x/a.png", "sail_kun")], new TrainingSinks(), TestContext.Current.CancellationToken);
        // A hundredth of the rate is for gradients so small that Adam's eps counts.
        Assert.All(network.Adapters, module => Assert.Equal(module.Name.Contains("_middle_block_1_", StringComparison.Ordinal) ? 2.5e-3 : 1e-2, module.Up.abs().max().item<float>(), 1e-4));
    }

    [Fact]
    public void Lists_of_another_length_are_named()
    {
        var problems = BlockOptions.Declared.Problems(new() { BlockDims = [1, 2], MidLrWeight = [1, 1, -1], UpLrWeight = [1] }).ToList();
        Assert.Equal(["block_dims", "mid_lr_weight", "up_lr_weight"], problems.Select(problem => problem.Option));
        Assert.Contains("must be 23 whole numbers from 0 to 4096, but is `1,2`", problems[0].What, StringComparison.Ordinal);
    }
}
