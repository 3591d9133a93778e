using Slipway.Build.Benches;
using TorchSharp;
using static TorchSharp.torch;

namespace Slipway.Build.Tests.Benches;

/// <summary>What a card is told for a few operations that are known, in both directions: nothing that launches nothing is counted, and nothing that is launched is missed.</summary>
public sealed class OperatorCountTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    public static TheoryData<string, string> Operations() => new()
    {
        { "view, transpose, narrow, split, detach, expand", "" },
        { "memory without values", "" },
        { "to its own type, contiguous as it is, a row of its own", "" },
        { "to another type", "copy_ 1" },
        { "contiguous of a transposed map", "copy_ 1" },
        { "zeros", "zero_ 1" },
        { "a linear layer of a sequence, which adds its bias by itself", "add_ 1, mm 1" },
        { "a linear layer of rows, whose bias is copied within", "addmm 1" },
        { "a mean, which is a sum and a division within", "mean 1" },
        { "a biased convolution", "convolution 2" },
        { "norms", "native_group_norm 3, native_layer_norm 1" },
        { "a sum of products, which are one after the other", "addmm_ 2" },
        { "attention", "_scaled_dot_product_flash_attention_for_cpu 1" },
    };

    [Theory]
    [MemberData(nameof(Operations))]
    public void Counts_what_a_card_would_launch(string operations, string launches)
    {
        Assert.SkipUnless(OperatorCount.IsKnown, "this libtorch has no hook by this name");
        var (sequence, rows, map) = (rand([2, 3, 8]), rand([5, 8]), rand([1, 8, 4, 4]));
        var (weight, bias, kernel) = (rand([8, 8]), rand(8), rand([8, 8, 3, 3]));
        var (heads, square, columns) = (rand([1, 2, 3, 8]), rand([3, 4]), rand([2, 8, 4]));
        Action act = operations.Split(',')[0] switch
        {
            "view" => () => sequence.view(6, 8).t().narrow(0, 0, 4).split(2)[0].detach().unsqueeze(0).expand(3, 2, 6),
            "memory without values" => () => empty_like(sequence),
            "to its own type" => () => _ = (sequence.to(ScalarType.Float32), sequence.contiguous(), sequence.reshape(6, 8), sequence.flatten(1)),
            "to another type" => () => sequence.to(ScalarType.BFloat16),
            "contiguous of a transposed map" => () => sequence.transpose(1, 2).contiguous(),
            "zeros" => () => zeros(3),
            "a linear layer of a sequence" => () => nn.functional.linear(sequence, weight, bias),
            "a linear layer of rows" => () => nn.functional.linear(rows, weight, bias),
            "a mean" => () => rows.mean(),
            "a biased convolution" => () => nn.functional.conv2d(map, kernel, bias, padding: [1, 1]),
            "norms" => () => _ = (nn.functional.group_norm(map, 4, weight: bias, bias: bias), nn.functional.layer_norm(rows, [8], bias, bias)),
            "a sum of products" => () => square.addbmm_(sequence, columns),
            "attention" => () => nn.functional.scaled_dot_product_attention(heads, heads, heads),
            _ => throw new ArgumentOutOfRangeException(nameof(operations)),
        };
        Assert.Equal(launches, Count(act));
    }

    /// <summary>The ones that a backward pass begins with, the product's two gradients, the first gradient of a value taken as it is and the second added to it; nodes of the graph are nothing by themselves.</summary>
    [Fact]
    public void Counts_what_a_backward_pass_launches()
    {
        Assert.SkipUnless(OperatorCount.IsKnown, "this libtorch has no hook by this name");
        var (input, weight) = (rand([3, 8], requires_grad: true), rand([8, 8], requires_grad: true));
        Assert.Equal("mm 1, sum 1", Count(() => input.mm(weight).sum()));
        Assert.Equal("fill_ 1, mm 3, sum 1", Count(() => input.mm(weight).sum().backward()));
        Assert.Equal("add_ 2, fill_ 1, mm 3, sum 1", Count(() => input.mm(weight).sum().backward()));
    }

    private static string Count(Action act)
    {
        using var count = new OperatorCount();
        act();
        Assert.Empty(count.Unknown);
        return string.Join(", ", count.Launches.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key} {pair.Value}"));
    }
}
