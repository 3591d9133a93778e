using Slipway.Diffusion.Memory;
using Slipway.Diffusion.Model;
using Slipway.Diffusion.Modules;
using Slipway.Diffusion.Noise;
using TorchSharp;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;

namespace Slipway.Diffusion.Tests.Modules;

/// <summary>Layers in bf16 against what f32 gives of the same rounded numbers. What is computed in f32 is rounded once; the processor's own bf16 rounds on the way too.</summary>
public sealed class RaisedPrecisionTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly OwnGradients _gradients = new();

    public static TheoryData<string> Layers => ["linear", "3×3", "3×3 stride 2", "1×1 without a bias"];

    public void Dispose() => _scope.Dispose();

    [Theory]
    [MemberData(nameof(Layers))]
    public void Results_and_gradients_are_those_of_f32_rounded(string kind)
    {
        Assert.SkipUnless(RaisedPrecision.IsNeededHere, "The processor computes in bf16.");
        using var layer = Layer(kind);
        var (input, direction) = Input(kind);
        var expected = Of(layer, ScalarType.Float32, input, direction);
        layer.to(ScalarType.BFloat16);
        layer.Gradients = _gradients;
        var found = Of(layer, ScalarType.BFloat16, input, direction);
        Assert.True(found.Output.equal(expected.Output.to(ScalarType.BFloat16)).all().item<bool>());
        Assert.True(found.Gradient.equal(expected.Gradient.to(ScalarType.BFloat16)).all().item<bool>());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Attention_and_its_gradients_are_those_of_f32_rounded(bool isCausal)
    {
        Assert.SkipUnless(RaisedPrecision.IsNeededHere, "The processor computes in bf16.");
        Tensor[] values = [.. Enumerable.Range(0, 3).Select(_ => Rounded(randn(2, 5, 8)))];
        var direction = Rounded(randn(2, 5, 8));
        IReadOnlyList<Tensor> In(ScalarType type)
        {
            Tensor[] inputs = [.. values.Select(value => value.to(type).detach().requires_grad_())];
            var output = Attention.Apply(inputs[0], inputs[1], inputs[2], 2, isCausal);
            output.backward([direction.to(type)]);
            return [output.detach(), .. inputs.Select(input => input.grad!)];
        }

        Assert.All(In(ScalarType.Float32).Zip(In(ScalarType.BFloat16)), pair => Assert.True(pair.Second.equal(pair.First.to(ScalarType.BFloat16)).all().item<bool>()));
    }

    [Fact]
    public void All_layers_of_text_encoders_and_UNet_make_their_nodes_with_one()
    {
        using var golden = new GoldenModel();
        var model = golden.Model;
        model.UNet.GradientCheckpointing = true;
        golden.With(new NoiseConfiguration());
        var layers = new nn.Module[] { model.TextEncoder1, model.TextEncoder2, model.UNet }.SelectMany(part => part.modules()).OfType<WeightedLayer>().ToList();
        Assert.All(layers, layer => Assert.Same(model.UNet.Gradients, layer.Gradients));
        Assert.All(model.UNet.modules().OfType<ResnetBlock>(), block => Assert.Same(model.UNet.Gradients, block.GradientCheckpoint!.Gradients));
    }

    /// <summary>Else it would end the process, or nobody would hear of it.</summary>
    [Fact]
    public void What_fails_backwards_in_a_text_encoder_is_thrown()
    {
        Assert.SkipUnless(RaisedPrecision.IsNeededHere, "The processor computes in bf16.");
        using var golden = new GoldenModel();
        var encoder = golden.Model.TextEncoder1;
        var slots = new WeightSlots(encoder);
        foreach (var key in slots.Keys)
            slots.Fill(key, slots[key].detach().to(ScalarType.BFloat16).DetachFromDisposeScope());
        var layers = encoder.modules().OfType<WeightedLayer>().ToList();
        var branch = zeros(1, dtype: ScalarType.BFloat16, requires_grad: true);
        layers[0].register_forward_hook((_, _, output) => output + branch);
        var loss = new PromptEncoder(golden.Model).Encode(["boat"]).Context.sum();
        layers[3].Weight = new Parameter(zeros(1, 1, dtype: ScalarType.BFloat16), requires_grad: false);
        Assert.Throws<System.Runtime.InteropServices.ExternalException>(() => golden.Model.UNet.Backward(loss));
    }

    /// <summary>f32, another device's tensors and layers that are trained themselves are computed as libtorch does.</summary>
    [Fact]
    public void Nothing_else_is_raised()
    {
        Assert.False(RaisedPrecision.Applies(zeros(1)));
        Assert.False(RaisedPrecision.Applies(zeros(1, dtype: ScalarType.Float16)));
        Assert.False(RaisedPrecision.Applies(zeros(1, dtype: ScalarType.BFloat16, device: META)));
        using var layer = Layer("linear");
        layer.to(ScalarType.BFloat16);
        layer.Gradients = _gradients;
        layer.Weight.requires_grad = true;
        layer.call(ones(2, 6, dtype: ScalarType.BFloat16)).sum().backward();
        Assert.True(layer.Weight.grad!.eq(2).all().item<bool>());
    }

    [Fact]
    public void Nothing_is_raised_where_that_is_asked_for()
    {
        Assert.SkipUnless(RaisedPrecision.IsNeededHere, "The processor computes in bf16.");
        using var number = zeros(1, dtype: ScalarType.BFloat16);
        RaisedPrecision.Without(() => Assert.False(RaisedPrecision.Applies(number)));
        Assert.True(RaisedPrecision.Applies(number));
    }

    /// <summary>A graph of libtorch's own would hold the weight in f32, sixty-four mebibytes here, until the backward pass.</summary>
    [Fact]
    [Trait("Tier", "slow")]
    public async Task The_graph_keeps_no_weight()
    {
        Assert.SkipUnless(NativeHeap.IsKnown, "The C library does not tell what it has given out.");
        if (OwnProcess.IsThis)
            MeasureGraph();
        else
            await OwnProcess.RunAsync(typeof(RaisedPrecisionTests));
    }

    private void MeasureGraph()
    {
        using var layer = new LinearLayer(4096, 4096);
        WeightSlots.Initialise(layer);
        Gradients.Require(layer, false);
        layer.to(ScalarType.BFloat16);
        layer.Gradients = _gradients;
        using var input = ones([1, 4096], dtype: ScalarType.BFloat16, requires_grad: true);
        layer.call(input).Dispose();
        var before = NativeHeap.InUse();
        using var output = layer.call(input);
        Assert.True(output.requires_grad);
        Assert.InRange(NativeHeap.InUse() - before, long.MinValue, 8 << 20);
    }

    private static (Tensor Output, Tensor Gradient) Of(WeightedLayer layer, ScalarType type, Tensor values, Tensor direction)
    {
        var input = values.to(type).detach().requires_grad_();
        var output = layer.call(input);
        output.backward([direction.to(type)]);
        return (output.detach(), input.grad!);
    }

    // Numbers that bf16 holds, so that both are given the same.
    private static WeightedLayer Layer(string kind)
    {
        WeightedLayer layer = kind switch
        {
            "linear" => new LinearLayer(6, 5),
            "3×3" => new ConvolutionLayer(6, 5, (3, 3), padding: 1),
            "3×3 stride 2" => new ConvolutionLayer(6, 5, (3, 3), stride: 2, padding: 1),
            _ => new ConvolutionLayer(6, 5, (1, 1), hasBias: false),
        };
        var slots = new WeightSlots(layer);
        foreach (var key in slots.Keys)
            slots.Fill(key, Rounded(randn(slots[key].shape)).DetachFromDisposeScope());
        Gradients.Require(layer, false);
        return layer;
    }

    private static (Tensor Input, Tensor Direction) Input(string kind) => kind switch
    {
        "linear" => (Rounded(randn(2, 3, 6)), Rounded(randn(2, 3, 5))),
        "3×3 stride 2" => (Rounded(randn(2, 6, 8, 8)), Rounded(randn(2, 5, 4, 4))),
        _ => (Rounded(randn(2, 6, 8, 8)), Rounded(randn(2, 5, 8, 8))),
    };

    private static Tensor Rounded(Tensor values) => values.to(ScalarType.BFloat16).to(ScalarType.Float32);
}
