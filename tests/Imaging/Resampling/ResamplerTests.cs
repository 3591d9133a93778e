using Slipway.Imaging.Pictures;
using Slipway.Imaging.Resampling;

namespace Slipway.Imaging.Tests.Resampling;

/// <summary>Against the reference's own pictures the two filters are held by the tests of the tagger's input and of training pictures.</summary>
public sealed class ResamplerTests
{
    /// <summary>By hand: bilinear 3:1; Keys's cubic at 1/4, 3/4 and 5/4 of a pixel, each divided by the sum of the weights that are there.</summary>
    [Theory]
    [InlineData(PillowFilter.Bilinear, new[] { 0, 25, 75, 100 })]
    [InlineData(PillowFilter.Bicubic, new[] { 0, 21, 79, 109 })]
    public void Pillow_s_filters_give_the_numbers_that_are_computed_by_hand(PillowFilter filter, int[] expected) =>
        Assert.Equal(expected, Reds(PillowResampler.Resize(Row(0, 100), 4, 1, filter)).Select(red => (int)red));

    [Fact]
    public void A_third_is_two_shares_of_what_it_covers() => Assert.Equal([30, 200], Reds(AreaResampler.Resize(Row(0, 90, 255), 2, 1)));

    [Fact]
    public void Halves_of_both_sides_round_up_and_other_whole_factors_to_even()
    {
        // Means of 0.5 and 2.5.
        Assert.Equal([1], Reds(AreaResampler.Resize(Of(2, 2, 0, 1, 1, 0), 1, 1)));
        Assert.Equal([3], Reds(AreaResampler.Resize(Of(2, 2, 2, 3, 3, 2), 1, 1)));
        Assert.Equal([0, 2], Reds(AreaResampler.Resize(Of(4, 1, 0, 1, 2, 3), 2, 1)));
    }

    [Fact]
    public void One_colour_stays_that_colour_at_every_size()
    {
        var grey = Of(5, 7, [.. Enumerable.Repeat((byte)119, 35)]);
        foreach (var (width, height) in new[] { (1, 1), (3, 4), (5, 3), (11, 7), (12, 29), (3, 20) })
        {
            Assert.All(Reds(Resampler.Resize(grey, width, height)), red => Assert.Equal(119, red));
        }
    }

    [Fact]
    public void Lanczos_overshoots_at_an_edge_but_never_beyond_a_byte_and_is_symmetric()
    {
        var wide = Reds(PillowResampler.Resize(Row(0, 0, 0, 0, 255, 255, 255, 255), 32, 1, PillowFilter.Lanczos));
        Assert.Equal(wide, wide.Reverse().Select(red => (byte)(255 - red)));
        Assert.Equal((0, 255), (wide[10], wide[21]));
        Assert.True(Reds(PillowResampler.Resize(Row(50, 50, 50, 200, 200, 200), 24, 1, PillowFilter.Lanczos)).Max() > 200);
    }

    [Fact]
    public void What_grows_on_one_side_is_taken_by_lanczos()
    {
        var picture = Of(4, 2, 10, 250, 30, 90, 70, 20, 200, 5);
        Assert.Equal(PillowResampler.Resize(picture, 2, 4, PillowFilter.Lanczos).Pixels, Resampler.Resize(picture, 2, 4).Pixels);
        Assert.Equal(AreaResampler.Resize(picture, 2, 2).Pixels, Resampler.Resize(picture, 2, 2).Pixels);
        Assert.Same(picture, Resampler.Resize(picture, 4, 2));
    }

    [Fact]
    public void Transparency_growing_areas_and_no_size_are_refused()
    {
        Assert.Contains("opaque", Assert.Throws<ArgumentException>(() => Resampler.Resize(new Picture(2, 2), 1, 1)).Message, StringComparison.Ordinal);
        Assert.Contains("shrinks only", Assert.Throws<ArgumentException>(() => AreaResampler.Resize(Row(1, 2), 3, 1)).Message, StringComparison.Ordinal);
        Assert.Contains("0×1", Assert.Throws<ArgumentException>(() => Resampler.Resize(Row(1, 2), 0, 1)).Message, StringComparison.Ordinal);
    }

    private static Picture Row(params byte[] reds) => Of(reds.Length, 1, reds);

    private static Picture Of(int width, int height, params byte[] reds) => Picture.FromRgb(width, height, [.. reds.SelectMany(red => new[] { red, (byte)0, (byte)255 })]);

    private static byte[] Reds(Picture picture) => [.. picture.Pixels.Where((_, i) => i % 4 == 0)];

    [Fact]
    public void A_picture_that_covers_another_shape_keeps_its_own_and_loses_as_much_on_both_sides()
    {
        var wide = TestPictures.Of(90, 30, (x, _) => x < 30 ? (255, 0, 0, 255) : x < 60 ? (0, 255, 0, 255) : (0, 0, 255, 255));
        var covered = Resampler.Cover(wide, 60, 60);
        Assert.Equal((60, 60), (covered.Width, covered.Height));
        Assert.Equal((0, 255, 0, 255), covered.At(30, 30));
        Assert.Equal(wide.Pixels, Resampler.Cover(wide, 90, 30).Pixels);
        Assert.Equal((0, 255, 0, 255), Resampler.Cover(wide, 10, 10).At(0, 0));
    }
}
