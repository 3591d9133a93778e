using Slipway.Diffusion.Files;
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
            var weights = network.Adapters.ToDictionary(module => module.Name, module => module.Target.Weight, StringComparer.Ordinal);
            var keys = samples.Tensors.Keys.Where(key => key.StartsWith(tag, StringComparison.Ordinal)).ToList();
            Assert.Equal(5, keys.Count);
            Assert.All(keys, key => Assert.InRange(Golden.MaxError(weights[Name(key)].detach(), samples.Read(key)), 0, 1e-6));
        }
    }

    private static string Name(string sample)
    {
        var parts = sample.Split('|');
        return $"lora_{parts[1]}_{parts[2][..^".weight".Length].Replace('.', '_')}";
    }
}
