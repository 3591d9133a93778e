using Slipway.Diffusion.Modules;
using TorchSharp;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;

namespace Slipway.Diffusion.Tests.Modules;

/// <summary>
/// A map in many strips against the same map as a whole: sums in another order differ by a few units in the last place of values about 1, and a seam
/// would by tenths.
/// </summary>
public sealed class StripsTests : IDisposable
{
    private const double Rounding = 2e-5;

    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly IDisposable _inference = no_grad();
    private readonly ConvolutionLayer _conv = Filled(new ConvolutionLayer(16, 8, (3, 3), padding: 1));
    private readonly ConvolutionLayer _pointwise = Filled(new ConvolutionLayer(16, 8, (1, 1)));
    private readonly GroupNorm _norm = Filled(nn.GroupNorm(4, 16));

    public void Dispose()
    {
        _inference.Dispose();
        _scope.Dispose();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(64)]
    public void Norm_activation_and_convolution(long rows)
    {
        var map = (randn([2, 16, 37, 20]) * 3) + 1;
        var whole = _conv.call(nn.functional.silu(_norm.call(map)));
        Assert.InRange(Difference.Largest(Strips.Convolve(map, _norm, _conv, rows), whole), 0, Rounding);
        Assert.InRange(Difference.Largest(Strips.Convolve(map, null, _conv, rows), _conv.call(map)), 0, Rounding);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(64)]
    public void Enlarging_and_a_convolution(long rows)
    {
        var map = randn([2, 16, 11, 7]);
        var whole = _conv.call(nn.functional.interpolate(map, [22, 14], mode: InterpolationMode.Nearest));
        Assert.InRange(Difference.Largest(Strips.Enlarge(map, 22, 14, _conv, rows), whole), 0, Rounding);
    }

    [Fact]
    public void A_shortcut_is_added_in_place()
    {
        var map = randn([2, 16, 11, 7]);
        var sum = randn([2, 8, 11, 7]);
        var expected = sum + _pointwise.call(map);
        Strips.AddConvolved(sum, map, _pointwise, rows: 4);
        Assert.InRange(Difference.Largest(sum, expected), 0, Rounding);
    }

    /// <summary>Training through the decoder, and pictures up to 512×512, keep their bits: there nothing is cut.</summary>
    [Fact]
    public void Only_large_maps_without_gradients_are_cut()
    {
        var map = randn(1);
        Assert.False(Strips.Apply(256, 512, 512, map));
        Assert.True(Strips.Apply(256, 512, 520, map));
        using var gradients = enable_grad();
        Assert.False(Strips.Apply(256, 512, 520, randn(1, requires_grad: true)));
    }

    private static T Filled<T>(T layer)
        where T : nn.Module
    {
        var slots = new WeightSlots(layer);
        foreach (var key in slots.Keys)
            slots.Fill(key, randn(slots[key].shape) * 0.3);
        return layer;
    }
}
