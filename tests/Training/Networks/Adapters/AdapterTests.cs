using Slipway.Training.Networks;

namespace Slipway.Training.Tests.Networks.Adapters;

/// <summary>Each kind of adapter against the formula of its paper, written out densely and in double precision.</summary>
public sealed class AdapterTests(TinyModelFixture tiny) : IClassFixture<TinyModelFixture>, IDisposable
{
    /// <summary>Sums of some hundred products in float32, as a share of the largest value.</summary>
    private const double Rounding = 5e-6;

    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Theory]
    [MemberData(nameof(AdapterCase.All), MemberType = typeof(AdapterCase))]
    public void Output_change_and_gradients_are_the_formulas(AdapterCase adapter)
    {
        using var gradients = enable_grad();
        using var module = adapter.Create(tiny.Model);
        module.Multiplier = 0.6;
        var layer = module.Target.Layer;
        var input = AdapterCase.Input(module.Target);
        module.Attach();
        var output = layer.call(input);
        var direction = Direction(output.shape);
        (output * direction).sum().backward();
        module.Detach();

        var values = module.Parameters.ToDictionary(p => p.Name, p => p.Value.detach().to(ScalarType.Float64).requires_grad_(true), StringComparer.Ordinal);
        var weight = module.Target.Weight.detach().to(ScalarType.Float64);
        var change = adapter.Change(values, weight) * 0.6;
        var expected = AdapterCase.Apply(layer, input.to(ScalarType.Float64), weight + change);
        (expected * direction.to(ScalarType.Float64)).sum().backward();

        Assert.InRange(Golden.RelativeError(output.detach(), expected.detach()), 0, Rounding);
        Assert.InRange(Golden.RelativeError(module.Delta(), change.detach()), 0, Rounding);
        Assert.All(module.Parameters, p => Assert.InRange(Golden.RelativeError(p.Value.grad!, values[p.Name].grad!), 0, Rounding));
        Assert.All(module.Parameters, p => Assert.True(p.Value.grad!.abs().max().item<float>() > 1e-3, p.Name));
    }

    [Theory]
    [MemberData(nameof(AdapterCase.All), MemberType = typeof(AdapterCase))]
    public void A_new_branch_changes_nothing_and_learns(AdapterCase adapter)
    {
        using var gradients = enable_grad();
        using var module = adapter.Create(tiny.Model, random: false);
        var layer = module.Target.Layer;
        var input = AdapterCase.Input(module.Target);
        var before = layer.call(input).detach();
        module.Attach();
        var output = layer.call(input);
        (output * Direction(output.shape)).sum().backward();
        Assert.Equal(0, Golden.MaxError(output.detach(), before));
        Assert.Equal(0, module.Delta().abs().max().item<float>());
        Assert.Contains(module.Parameters, p => p.Value.grad is { } gradient && gradient.abs().max().item<float>() > 1e-3);
    }

    /// <summary>Weights stay in float32; products are taken in the model's eight bits of mantissa. Gains of DoRA are a hundredth above 1.</summary>
    [Theory]
    [InlineData("lora", "no")]
    [InlineData("loha", "no")]
    [InlineData("lokr", "no")]
    [InlineData("lora", "out")]
    [InlineData("lora", "in")]
    public void Beside_a_bfloat16_layer_a_branch_adds_what_it_adds_in_float32(string kind, string dora)
    {
        using var inference = no_grad();
        foreach (var layer in new[] { AdapterCase.Linear, AdapterCase.Kernel })
        {
            using var model = TinyModel.Create();
            using var module = new AdapterCase { Kind = kind, Dora = dora, Layer = layer }.Create(model, random: false);
            using var generator = new Generator(9, CPU);
            foreach (var parameter in module.Parameters)
                parameter.Value.mul_(parameter.Name == "dora_scale" ? 1.01 : 1).add_(dora == "no" ? randn(parameter.Value.shape, generator: generator) : 0);
            var input = AdapterCase.Input(module.Target).to(ScalarType.BFloat16).to(ScalarType.Float32);
            module.Target.Weight.copy_(module.Target.Weight.to(ScalarType.BFloat16).to(ScalarType.Float32));
            var expected = Added(module, input);
            module.Target.Layer.to(ScalarType.BFloat16);
            var actual = Added(module, input.to(ScalarType.BFloat16)).to(ScalarType.Float32);
            Assert.All(module.Parameters, parameter => Assert.Equal(ScalarType.Float32, parameter.Value.dtype));
            // The sum with the layer's own output is rounded too, which is much beside a hundredth of it, but falls to both sides alike.
            if (dora == "no")
                Assert.InRange((actual - expected).norm().item<float>() / expected.norm().item<float>(), 0, 0.02);
            else
                Assert.InRange((actual * expected).sum().item<float>() / expected.square().sum().item<float>(), 0.95, 1.05);
        }
    }

    private static Tensor Added(Adapter module, Tensor input)
    {
        var layer = module.Target.Layer;
        var before = layer.call(input).to(ScalarType.Float32);
        module.Attach();
        var after = layer.call(input).to(ScalarType.Float32);
        module.Detach();
        return after - before;
    }

    private static Tensor Direction(long[] shape)
    {
        using var generator = new Generator(6, CPU);
        return randn(shape, generator: generator);
    }
}
