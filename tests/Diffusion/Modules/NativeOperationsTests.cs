using System.Runtime.InteropServices;
using Slipway.Diffusion.Modules;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Slipway.Diffusion.Tests.Modules;

/// <summary>Several operations as one give the very bits of TorchSharp's methods, forwards and backwards, and one object.</summary>
public sealed class NativeOperationsTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly Generator _generator = new(7);

    public void Dispose()
    {
        _generator.Dispose();
        _scope.Dispose();
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    public void A_low_rank_branch(ScalarType type) => AssertEqual(
        tensors => tensors[0].add(nn.functional.linear(nn.functional.linear(tensors[1], tensors[2]), tensors[3]), 0.7),
        tensors => NativeOperations.AddLowRank(tensors[0], tensors[1], tensors[2], tensors[3], 0.7),
        Draw(type, 2, 5, 6),
        Draw(type, 2, 5, 4),
        Draw(type, 3, 4),
        Draw(type, 6, 3));

    [Theory]
    [InlineData(ScalarType.Float32, false)]
    [InlineData(ScalarType.Float32, true)]
    [InlineData(ScalarType.BFloat16, false)]
    [InlineData(ScalarType.BFloat16, true)]
    public void Attention(ScalarType type, bool isCausal)
    {
        static Tensor Heads(Tensor sequence) => sequence.view(sequence.shape[0], sequence.shape[1], 2, -1).transpose(1, 2);
        AssertEqual(
            tensors => nn.functional.scaled_dot_product_attention(Heads(tensors[0]), Heads(tensors[1]), Heads(tensors[2]), is_casual: isCausal).transpose(1, 2).flatten(2),
            tensors => NativeOperations.Attend(tensors[0], tensors[1], tensors[2], 2, isCausal),
            Draw(type, 2, 5, 8),
            Draw(type, 2, 3, 8),
            Draw(type, 2, 3, 8));
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    public void The_gated_GELU(ScalarType type) => AssertEqual(
        tensors =>
        {
            var halves = tensors[0].chunk(2, -1);
            return halves[0] * nn.functional.gelu(halves[1]);
        },
        tensors => NativeOperations.GatedGelu(tensors[0]),
        Draw(type, 2, 5, 8));

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    public void Products_of_one_input_and_what_widens_them(ScalarType type)
    {
        Tensor[] inputs = [Draw(type, 2, 5, 4), Draw(type, 3, 4), Draw(type, 1, 4), Draw(type, 2, 5, 6), Draw(type, 6, 3)];
        var (values, gradients) = Run(
            tensors =>
            {
                var parts = nn.functional.linear(tensors[0], cat([tensors[1], tensors[2]])).split([3, 1], -1);
                return tensors[3].add(nn.functional.linear(parts[0], tensors[4]), 0.7) * parts[1];
            },
            inputs);
        var (found, foundGradients) = Run(
            tensors =>
            {
                var parts = NativeOperations.Products(tensors[0], tensors[1], tensors[2]);
                return NativeOperations.AddWidened(tensors[3], parts[0], tensors[4], 0.7) * parts[1];
            },
            inputs);
        Assert.True(found.equal(values).all().item<bool>());
        Assert.All(gradients.Zip(foundGradients), pair => Assert.True(pair.First.equal(pair.Second).all().item<bool>()));
    }

    [Fact]
    public void Without_a_gradient_the_branch_is_added_in_place()
    {
        using var noGradient = no_grad();
        var (output, input, down, up) = (Draw(ScalarType.Float32, 2, 6), Draw(ScalarType.Float32, 2, 4), Draw(ScalarType.Float32, 3, 4), Draw(ScalarType.Float32, 6, 3));
        var expected = output.add(nn.functional.linear(nn.functional.linear(input, down), up), 0.7);
        Assert.Same(output, NativeOperations.AddLowRank(output, input, down, up, 0.7));
        Assert.True(output.equal(expected).all().item<bool>());
    }

    /// <summary>What was made before the failure is gone, and what is computed afterwards is right.</summary>
    [Fact]
    public void What_libtorch_refuses_is_thrown()
    {
        var (output, input, down) = (Draw(ScalarType.Float32, 2, 6), Draw(ScalarType.Float32, 2, 4), Draw(ScalarType.Float32, 3, 4));
        Assert.Contains("mat1 and mat2 shapes cannot be multiplied", Assert.Throws<ExternalException>(() => NativeOperations.AddLowRank(output, input, down, Draw(ScalarType.Float32, 6, 2), 1)).Message, StringComparison.Ordinal);
        Assert.Throws<ExternalException>(() => NativeOperations.Attend(Draw(ScalarType.Float32, 1, 5, 8), Draw(ScalarType.Float32, 1, 3, 8), Draw(ScalarType.Float32, 1, 3, 8), 3));
        Assert.Throws<ArgumentException>(() => NativeOperations.GatedGelu(Draw(ScalarType.Float32, 2, 1)));
        Assert.Throws<ExternalException>(() => NativeOperations.GatedGelu(Draw(ScalarType.Float32, 2, 5)));
        The_gated_GELU(ScalarType.Float32);
    }

    private void AssertEqual(Func<Tensor[], Tensor> expected, Func<Tensor[], Tensor> actual, params Tensor[] inputs)
    {
        var (values, gradients) = Run(expected, inputs);
        var statistics = DisposeScopeManager.Statistics;
        var (found, foundGradients) = Run(actual, inputs);
        Assert.True(found.equal(values).all().item<bool>());
        Assert.All(gradients.Zip(foundGradients), pair => Assert.True(pair.First.equal(pair.Second).all().item<bool>()));
        Tensor[] leaves = [.. inputs.Select(input => input.detach().requires_grad_(true))];
        var before = statistics.CreatedInScopeCount + statistics.CreatedOutsideScopeCount;
        actual(leaves);
        Assert.Equal(before + 1, statistics.CreatedInScopeCount + statistics.CreatedOutsideScopeCount);
    }

    private static (Tensor Values, IReadOnlyList<Tensor> Gradients) Run(Func<Tensor[], Tensor> function, Tensor[] inputs)
    {
        Tensor[] leaves = [.. inputs.Select(input => input.detach().requires_grad_(true))];
        var values = function(leaves);
        (values * values).sum().backward();
        return (values, [.. leaves.Select(leaf => leaf.grad!)]);
    }

    private Tensor Draw(ScalarType type, params long[] shape) => randn(shape, generator: _generator).to(type);
}
