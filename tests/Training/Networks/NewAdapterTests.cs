using Slipway.Diffusion.Modules;
using Slipway.Training.Networks;
using Slipway.Training.Networks.Adapters;
using Slipway.Training.Options;

namespace Slipway.Training.Tests.Networks;

/// <summary>How LyCORIS' modules draw their first values, told from many of them.</summary>
public sealed class NewAdapterTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void A_loha_is_normal_but_for_its_second_outputs()
    {
        using var module = Create(AdapterAlgorithm.Loha, 16);
        RequireNormal(module.Of("hada_w1_a"), 0.1);
        RequireNormal(module.Of("hada_w1_b"), 1);
        RequireNormal(module.Of("hada_w2_b"), 1);
        Assert.Equal(0, module.Of("hada_w2_a").count_nonzero().item<long>());
        using var tucker = Create(AdapterAlgorithm.Loha, 16, convolution: true);
        RequireNormal(tucker.Of("hada_t1"), 0.1);
        RequireNormal(tucker.Of("hada_t2"), 0.1);
    }

    /// <summary>Within ±1/√fan_in: 16 for w1 [20, 16], the rank for w2_a, rank · 9 for a core.</summary>
    [Fact]
    public void A_lokr_is_uniform_but_for_the_end_of_its_second_matrix()
    {
        using var module = Create(AdapterAlgorithm.Lokr, 4);
        RequireUniform(module.Of("lokr_w1"), 16);
        RequireUniform(module.Of("lokr_w2_a"), 4);
        Assert.Equal(0, module.Of("lokr_w2_b").count_nonzero().item<long>());
        using var whole = Create(AdapterAlgorithm.Lokr, 64);
        Assert.Equal(0, whole.Of("lokr_w2").count_nonzero().item<long>());
        using var tucker = Create(AdapterAlgorithm.Lokr, 4, convolution: true);
        RequireUniform(tucker.Of("lokr_t2"), 36);
    }

    [Fact]
    public void A_locon_in_tuckers_form_is_uniform_but_for_up()
    {
        using var module = Create(AdapterAlgorithm.Lora, 16, convolution: true);
        RequireUniform(module.Down, 256);
        RequireUniform(module.Of("lora_mid.weight"), 144);
        Assert.Equal(0, module.Up.count_nonzero().item<long>());
    }

    [Fact]
    public void Seed_and_layer_decide()
    {
        using var first = Create(AdapterAlgorithm.Lokr, 4);
        using var again = Create(AdapterAlgorithm.Lokr, 4);
        using var other = Create(AdapterAlgorithm.Lokr, 4, seed: 2);
        using var beside = Create(AdapterAlgorithm.Lokr, 4, name: "lora_unet_y");
        Assert.Equal(0, Golden.MaxError(first.Of("lokr_w1"), again.Of("lokr_w1")));
        Assert.True(Golden.MaxError(first.Of("lokr_w1"), other.Of("lokr_w1")) > 0.1);
        Assert.True(Golden.MaxError(first.Of("lokr_w1"), beside.Of("lokr_w1")) > 0.1);
    }

    private static Adapter Create(AdapterAlgorithm algorithm, int rank, bool convolution = false, long seed = 1, string name = "lora_unet_x")
    {
        WeightedLayer layer = convolution ? new ConvolutionLayer(256, 400, (3, 3)) : new LinearLayer(256, 400);
        WeightSlots.Initialise(layer);
        return new NewAdapter(new() { NetworkAlgo = algorithm.ToString().ToLowerInvariant(), UseTucker = convolution }, seed).Create(new LoraTarget(name, "unet.x", layer, LoraGroup.UNet, IsReached: true), rank, 1);
    }

    // A sample's deviation misses by 1/√(2n) of it; four times that is let through.
    private static void RequireNormal(Tensor values, double deviation)
    {
        Assert.InRange(values.std().item<float>() / deviation, 1 - (4 / Math.Sqrt(2.0 * values.numel())), 1 + (4 / Math.Sqrt(2.0 * values.numel())));
        Assert.True(values.abs().max().item<float>() > 2 * deviation);
    }

    private static void RequireUniform(Tensor values, int fanIn)
    {
        var bound = 1 / Math.Sqrt(fanIn);
        Assert.InRange(values.abs().max().item<float>() / bound, 0.9, 1.0001);
        Assert.InRange(values.std().item<float>() * Math.Sqrt(3) / bound, 0.85, 1.15);
    }
}
