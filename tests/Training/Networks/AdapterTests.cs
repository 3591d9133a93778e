using Slipway.Diffusion.Modules;
using Slipway.Training.Networks;
using Slipway.Training.Networks.Adapters;
using Slipway.Training.Options;

namespace Slipway.Training.Tests.Networks;

public sealed class AdapterTests
{
    public static TheoryData<string> Layers => ["linear", "3×3", "3×3 stride 2", "1×1"];

    [Theory]
    [MemberData(nameof(Layers))]
    public void The_branch_adds_what_the_merged_weight_would(string kind)
    {
        using var scope = NewDisposeScope();
        using var inference = no_grad();
        var (layer, input) = Layer(kind);
        var module = Module(layer);
        using var network = new LoraNetwork([module]);
        Randomize(module);
        network.Multiplier = 0.7;
        module.Attach();
        var branched = layer.call(input);
        module.Detach();

        var before = layer.call(input);
        using (network.Merge())
            Assert.True(branched.allclose(layer.call(input), rtol: 1e-4, atol: 1e-5));
        Assert.False(branched.allclose(before, rtol: 1e-2));
        Assert.True(before.equal(layer.call(input)).all().item<bool>());
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public void A_new_branch_changes_nothing_and_down_lies_within_one_over_root_fan_in(string kind)
    {
        using var scope = NewDisposeScope();
        var (layer, input) = Layer(kind);
        var before = layer.call(input);
        using var module = Module(layer);
        module.Attach();
        Assert.True(before.equal(layer.call(input)).all().item<bool>());
        var bound = 1 / Math.Sqrt(module.Down.numel() / (double)module.Rank);
        Assert.InRange(module.Down.abs().max().item<float>(), bound * 0.8, bound);
        Assert.Equal(0, module.Up.abs().max().item<float>());
    }

    [Fact]
    public void At_the_first_step_only_up_has_a_gradient()
    {
        using var scope = NewDisposeScope();
        var (layer, input) = Layer("linear");
        Gradients.Require(layer, false);
        using var module = Module(layer);
        module.Attach();
        layer.call(input).square().mean().backward();
        Assert.True(module.Up.grad!.abs().max().item<float>() > 0);
        Assert.Equal(0, module.Down.grad!.abs().max().item<float>());
    }

    [Fact]
    public void With_multiplier_zero_or_detached_the_layer_is_as_it_was()
    {
        using var scope = NewDisposeScope();
        var (layer, input) = Layer("linear");
        var before = layer.call(input);
        using var module = Module(layer);
        Randomize(module);
        module.Attach();
        Assert.False(before.allclose(layer.call(input)));
        module.Multiplier = 0;
        Assert.True(before.equal(layer.call(input)).all().item<bool>());
        module.Multiplier = 1;
        module.Detach();
        Assert.True(before.equal(layer.call(input)).all().item<bool>());
    }

    [Fact]
    public void Beside_a_bfloat16_layer_the_weights_stay_in_float32()
    {
        using var scope = NewDisposeScope();
        var (layer, input) = Layer("linear");
        using var module = Module(layer);
        Randomize(module);
        var expected = layer.call(input);
        module.Attach();
        expected = layer.call(input);
        layer.to(ScalarType.BFloat16);
        var actual = layer.call(input.to(ScalarType.BFloat16));
        Assert.Equal((ScalarType.BFloat16, ScalarType.Float32), (actual.dtype, module.Down.dtype));
        Assert.True(actual.to(ScalarType.Float32).allclose(expected, rtol: 0.05, atol: 0.05));
    }

    private static (WeightedLayer Layer, Tensor Input) Layer(string kind) => kind switch
    {
        "linear" => (Filled(new LinearLayer(6, 5)), Random(2, 3, 6)),
        "3×3" => (Filled(new ConvolutionLayer(6, 5, (3, 3), padding: 1)), Random(2, 6, 4, 4)),
        "3×3 stride 2" => (Filled(new ConvolutionLayer(6, 5, (3, 3), stride: 2, padding: 1)), Random(2, 6, 4, 4)),
        _ => (Filled(new ConvolutionLayer(6, 5, (1, 1))), Random(2, 6, 4, 4)),
    };

    private static WeightedLayer Filled(WeightedLayer layer)
    {
        WeightSlots.Initialise(layer);
        return layer;
    }

    private static Adapter Module(WeightedLayer layer)
    {
        using var generator = new Generator(3, CPU);
        return new Adapter(new LoraTarget("lora_unet_x", "unet.x", layer, LoraGroup.UNet, IsReached: true), 4, 2, generator);
    }

    private static void Randomize(Adapter module)
    {
        using var inference = no_grad();
        module.Up.copy_(Random([.. module.Up.shape]));
    }

    private static Tensor Random(params long[] shape)
    {
        using var generator = new Generator(4, CPU);
        return randn(shape, generator: generator);
    }
}
