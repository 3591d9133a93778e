using Slipway.Diffusion.Modules;
using Slipway.Training.Networks;
using Slipway.Training.Networks.Adapters;
using Slipway.Training.Optimizers;
using Slipway.Training.Options;

namespace Slipway.Training.Tests.Optimizers;

public sealed class LoweredParametersTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    /// <summary>Two micro-batches of one step, in bits: outputs, and gradients in float32.</summary>
    [Fact]
    public void Gives_the_bits_that_rounding_each_value_where_it_is_used_gives()
    {
        var (outputs, gradients) = Run(isLowered: false);
        var (loweredOutputs, loweredGradients) = Run(isLowered: true);
        Assert.Equal(outputs, loweredOutputs);
        Assert.Equal(gradients, loweredGradients);
        Assert.Contains(gradients, gradient => gradient != 0);
    }

    [Fact]
    public void Between_micro_batches_the_branches_have_the_values_as_they_are()
    {
        using var parts = new Parts();
        using var lowered = new LoweredParameters(parts.Parameters, ScalarType.BFloat16);
        lowered.Begin();
        Assert.All(parts.Adapter.Parameters, parameter => Assert.Equal(ScalarType.BFloat16, parameter.Lowered!.dtype));
        lowered.End();
        Assert.All(parts.Adapter.Parameters, parameter => Assert.Null(parameter.Lowered));
    }

    private static (float[] Outputs, float[] Gradients) Run(bool isLowered)
    {
        using var scope = NewDisposeScope();
        using var parts = new Parts();
        using var lowered = isLowered ? new LoweredParameters(parts.Parameters, ScalarType.BFloat16) : null;
        var outputs = new List<float>();
        for (var batch = 0UL; batch < 2; batch++)
        {
            using var generator = new Generator(batch);
            lowered?.Begin();
            var output = parts.Layer.call(randn([3, 5, 8], generator: generator).to(ScalarType.BFloat16)).to(ScalarType.Float32);
            output.square().mean().backward();
            lowered?.End();
            outputs.AddRange(output.detach().data<float>().ToArray());
        }
        return ([.. outputs], parts.Parameters.Gradients.data<float>().ToArray());
    }

    private sealed class Parts : IDisposable
    {
        public Parts()
        {
            Layer = new LinearLayer(8, 6);
            using var scope = NewDisposeScope();
            using var generator = new Generator(4);
            var slots = new WeightSlots(Layer);
            foreach (var key in slots.Keys)
                slots.Fill(key, randn(slots[key].shape, generator: generator).to(ScalarType.BFloat16).DetachFromDisposeScope());
            Gradients.Require(Layer, false);
            Adapter = new Adapter(new LoraTarget("lora_unet_x", "unet.x", Layer, LoraGroup.UNet, IsReached: true), 2, 2, generator);
            Parameters = new FlatParameters([new ParameterGroup(LoraGroup.UNet, 1, Adapter.Parameters)]);
            using (no_grad())
                Parameters.Values.copy_(randn(Parameters.Values.shape, generator: generator));
            Adapter.Attach();
        }

        public LinearLayer Layer { get; }

        public Adapter Adapter { get; }

        public FlatParameters Parameters { get; }

        public void Dispose()
        {
            Parameters.Dispose();
            Adapter.Dispose();
            Layer.Dispose();
        }
    }
}
