using Slipway.Diffusion.Vae;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Slipway.Diffusion.Tests.Vae;

public sealed class TileGridTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    /// <summary>Where a tile computes what the whole does, blending must give the whole: weights add up to one (f32 rounding).</summary>
    [Theory]
    [InlineData(20, 31, 8, 3)]
    [InlineData(8, 9, 8, 0)]
    [InlineData(5, 40, 16, 15)]
    public void Tiles_of_a_local_operation_make_up_the_whole(int height, int width, int size, int overlap)
    {
        var input = randn([2, 3, height, width], generator: new Generator(1));
        static Tensor Enlarge(Tensor x) => nn.functional.interpolate(x, scale_factor: [2, 2], mode: InterpolationMode.Nearest);
        Assert.InRange(Difference.Largest(new TileGrid(size, overlap).Apply(input, 2, Enlarge), Enlarge(input)), 0, 1e-5);
    }

    [Fact]
    public void Tiles_are_of_the_size_asked_for_and_no_more_than_needed()
    {
        var shapes = new List<string>();
        new TileGrid(8, 2).Apply(zeros(1, 1, 14, 20), 1, tile =>
        {
            shapes.Add($"{tile.shape[2]}x{tile.shape[3]}");
            return tile.clone();
        });
        Assert.Equal(Enumerable.Repeat("8x8", 6), shapes);
    }

    /// <summary>
    /// The small autoencoder, whose norms and attention over a tile are not those over the whole. Random weights and noise for
    /// latents are the worst case: 0.44 of the picture's deviation on average, where unrelated pictures are 1.41 apart.
    /// </summary>
    [Fact]
    [Trait("Tier", "slow")] // It decodes for seconds.
    public void A_tiled_decode_is_near_the_whole_one()
    {
        using var noGradient = no_grad();
        using var vae = ReferenceModel.Vae();
        var latents = randn([1, 4, 24, 24], generator: new Generator(1));
        var whole = vae.Decode(latents);
        Assert.Equal(0, Difference.Largest(vae.DecodeTiled(latents, TileGrid.Default), whole));
        var tiled = vae.DecodeTiled(latents, new TileGrid(16, 8));
        var error = (tiled - whole).square().mean().sqrt() / whole.std();
        Assert.InRange(error.item<float>(), 1e-6, 0.6);
    }

    [Fact]
    public void Refuses_tiles_that_share_everything()
        => Assert.Contains("8 cannot share 8", Assert.Throws<InvalidOperationException>(() => new TileGrid(8, 8).Apply(zeros(1, 1, 9, 9), 1, x => x)).Message, StringComparison.Ordinal);
}
