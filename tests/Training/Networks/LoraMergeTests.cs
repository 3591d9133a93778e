using Slipway.Diffusion.Files;
using Slipway.Training.LoraFiles;
using Slipway.Training.Networks;

namespace Slipway.Training.Tests.Networks;

public sealed class LoraMergeTests : ReferenceLoras
{
    [Theory]
    [InlineData("a", "merged_a_1.0")]
    [InlineData("conv", "merged_conv_1.0")]
    public void A_merged_model_gives_what_the_references_gives(string name, string outputs)
    {
        using var network = Load(name);
        using (network.Merge())
            RequireOutputs(outputs);
        RequireOutputs("a.mult0.0");
    }

    [Fact]
    public void Two_networks_merge_at_their_strengths_and_come_off_without_a_trace()
    {
        using var a = Load("a");
        using var b = Load("b");
        var before = Model.UNet.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value.clone(), StringComparer.Ordinal);
        (a.Multiplier, b.Multiplier) = (0.7, -0.3);
        using (LoraMerge.IntoModel(a, b))
            RequireOutputs("merged_a0.7_b-0.3");
        Assert.All(Model.UNet.state_dict(), entry => Assert.True(entry.Value.equal(before[entry.Key]).all().item<bool>(), entry.Key));
    }

    [Fact]
    public void Merged_weights_are_the_references()
    {
        using var samples = SafetensorsFile.Open(Lora("merged_weight_samples"));
        foreach (var (tag, name) in new[] { ("a_1.0", "a"), ("conv_1.0", "conv") })
        {
            using var network = Load(name);
            using var merged = network.Merge();
            var weights = network.Modules.ToDictionary(module => module.Name, module => module.Target.Weight, StringComparer.Ordinal);
            var keys = samples.Tensors.Keys.Where(key => key.StartsWith(tag, StringComparison.Ordinal)).ToList();
            Assert.Equal(5, keys.Count);
            Assert.All(keys, key => Assert.InRange(Golden.MaxError(weights[Name(key)].detach(), samples.Read(key)), 0, 1e-6));
        }
    }

    [Fact]
    public void A_concatenated_sum_is_exact()
    {
        using var a = Load("a");
        using var b = Load("b");
        (a.Multiplier, b.Multiplier) = (0.7, -0.3);
        using var sum = LoraMerge.Concatenate(a, b);
        Assert.All(sum.Modules, module => Assert.Equal((8, 8.0), (module.Rank, module.Alpha)));
        sum.Attach();
        RequireOutputs("merged_a0.7_b-0.3");
    }

    /// <summary>svd_merge_lora at 0.5 and 0.5, rank 4: the one merge of sd-scripts that gives the weighted sum.</summary>
    [Fact]
    public void A_decomposed_sum_is_the_references()
    {
        using var numbers = SafetensorsFile.Open(Lora("svd_merged_0.5_0.5_rank4.subset"));
        using var a = Load("a");
        using var b = Load("b");
        a.Multiplier = b.Multiplier = 0.5;
        using var sum = LoraMerge.Decompose([a, b], new LowRankOptions { Dim = 4 });
        RequireDeltas(sum, numbers, 14);
    }

    [Fact]
    public void Without_the_cut_a_decomposed_sum_of_full_rank_is_the_sum()
    {
        using var a = Load("a");
        using var b = Load("b");
        (a.Multiplier, b.Multiplier) = (0.7, -0.3);
        using var sum = LoraMerge.Decompose([a, b], new LowRankOptions { Dim = 8, ClampQuantile = null });
        sum.Attach();
        RequireOutputs("merged_a0.7_b-0.3");
    }

    /// <summary>extract_lora_from_models on the model and the model with a merged into it.</summary>
    [Fact]
    public void An_extracted_network_is_the_references()
    {
        using var numbers = SafetensorsFile.Open(Lora("extracted_dim4.subset"));
        using var tuned = TinyModel.Reference();
        using var a = LoraFile.Load(tuned, Lora("lora_a_dim4_alpha2"));
        using var merged = a.Merge();
        using var extracted = LoraExtraction.Of(Model, tuned, new LowRankOptions { Dim = 4 });
        Assert.Equal(456, extracted.Modules.Count);
        Assert.All(extracted.Modules, module => Assert.Equal((4, 4.0), (module.Rank, module.Alpha)));
        RequireDeltas(extracted, numbers, 14);
    }

    [Fact]
    public void Models_of_other_sizes_have_no_difference()
    {
        using var other = TinyModel.Create();
        Assert.Contains(
            "lora_unet_input_blocks_5_1_proj_in: [64, 64] in one model, missing in the other",
            Assert.Throws<ArgumentException>(() => LoraExtraction.Of(Model, other, new LowRankOptions { Dim = 4 })).Message,
            StringComparison.Ordinal);
    }

    private static void RequireDeltas(LoraNetwork network, SafetensorsFile numbers, int count)
    {
        var deltas = network.Modules.ToDictionary(module => "delta|" + module.Name, module => module.Delta(), StringComparer.Ordinal);
        var keys = numbers.Tensors.Keys.Where(key => key.StartsWith("delta|", StringComparison.Ordinal)).ToList();
        Assert.Equal(count, keys.Count);
        Assert.All(keys, key => Assert.InRange(Golden.MaxError(deltas[key], numbers.Read(key)), 0, Tolerance));
    }

    private static string Name(string sample)
    {
        var parts = sample.Split('|');
        return $"lora_{parts[1]}_{parts[2][..^".weight".Length].Replace('.', '_')}";
    }
}
