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

    /// <summary>By hand: pixels whose middles lie in the target pixel or on its right edge; nearest takes the pixel of its middle.</summary>
    [Theory]
    [InlineData(Interpolation.Box, 3, new[] { 5, 25, 45 })]
    [InlineData(Interpolation.Box, 4, new[] { 5, 20, 35, 50 })]
    [InlineData(Interpolation.Nearest, 3, new[] { 10, 30, 50 })]
    [InlineData(Interpolation.Nearest, 4, new[] { 0, 20, 30, 50 })]
    [InlineData(Interpolation.Nearest, 9, new[] { 0, 10, 10, 20, 30, 30, 40, 50, 50 })]
    public void An_interpolation_that_is_chosen_gives_the_numbers_that_are_computed_by_hand(Interpolation interpolation, int width, int[] expected) =>
        Assert.Equal(expected, Reds(Resampler.Resize(Row(0, 10, 20, 30, 40, 50), width, 1, interpolation)).Select(red => (int)red));

    /// <summary>The hashes are of what OpenCV 4.3 made of the same pixels, compiled without vector instructions.</summary>
    [Theory]
    [InlineData(Interpolation.Bilinear, 13, 9, 7, 5, "8870a184")]
    [InlineData(Interpolation.Bicubic, 13, 9, 7, 5, "1dffdce0")]
    [InlineData(Interpolation.Area, 13, 9, 7, 5, "7cf4c84d")]
    [InlineData(Interpolation.Bilinear, 13, 9, 29, 17, "5f30bb32")]
    [InlineData(Interpolation.Bicubic, 13, 9, 29, 17, "0719c480")]
    [InlineData(Interpolation.Area, 13, 9, 29, 17, "7f27cd9f")]
    [InlineData(Interpolation.Bilinear, 16, 10, 8, 5, "bba55563")]
    [InlineData(Interpolation.Bicubic, 16, 10, 8, 5, "e549f288")]
    [InlineData(Interpolation.Area, 16, 10, 8, 5, "bba55563")]
    [InlineData(Interpolation.Bilinear, 13, 9, 20, 5, "0da4fbee")]
    [InlineData(Interpolation.Bicubic, 13, 9, 20, 5, "c07224a6")]
    [InlineData(Interpolation.Area, 13, 9, 20, 5, "d67588e3")]
    [InlineData(Interpolation.Bilinear, 31, 17, 10, 40, "d232e6a1")]
    [InlineData(Interpolation.Bicubic, 31, 17, 10, 40, "3cd887da")]
    [InlineData(Interpolation.Area, 31, 17, 10, 40, "96f8c80b")]
    public void Blends_of_neighbours_are_OpenCV_s_to_the_last_bit(Interpolation interpolation, int width, int height, int toWidth, int toHeight, string hash) =>
        Assert.Equal(hash, Hash(OpenCvResampler.Resize(Noise(width, height), toWidth, toHeight, interpolation)));

    /// <summary>Pillow's filters, and its nearest pixel, which is that of OpenCV's <c>INTER_NEAREST_EXACT</c>; README.md says how the hashes were made.</summary>
    [Theory]
    [InlineData(Interpolation.Nearest, 13, 9, 7, 5, "5027f4df")]
    [InlineData(Interpolation.Nearest, 13, 9, 29, 17, "df7ad1c1")]
    [InlineData(Interpolation.Nearest, 16, 10, 8, 5, "c0e38a3e")]
    [InlineData(Interpolation.Nearest, 13, 9, 20, 5, "18d0c157")]
    [InlineData(Interpolation.Nearest, 31, 17, 10, 40, "75ca7380")]
    [InlineData(Interpolation.Box, 13, 9, 7, 5, "363ca9cc")]
    [InlineData(Interpolation.Box, 13, 9, 29, 17, "df7ad1c1")]
    [InlineData(Interpolation.Box, 16, 10, 8, 5, "90d16b86")]
    [InlineData(Interpolation.Box, 13, 9, 20, 5, "6fba2003")]
    [InlineData(Interpolation.Box, 31, 17, 10, 40, "4fdfa072")]
    [InlineData(Interpolation.Lanczos, 13, 9, 7, 5, "29a97995")]
    [InlineData(Interpolation.Lanczos, 13, 9, 29, 17, "d2d9f29e")]
    [InlineData(Interpolation.Lanczos, 16, 10, 8, 5, "07e5da2c")]
    [InlineData(Interpolation.Lanczos, 13, 9, 20, 5, "24d010cc")]
    [InlineData(Interpolation.Lanczos, 31, 17, 10, 40, "876b6e04")]
    public void Single_pixels_and_Pillow_s_filters_are_the_reference_s_to_the_last_bit(Interpolation interpolation, int width, int height, int toWidth, int toHeight, string hash) =>
        Assert.Equal(hash, Hash(Resampler.Resize(Noise(width, height), toWidth, toHeight, interpolation)));

    /// <summary>The reds of the first row where 13 × 9 becomes 7 × 5, by the same programs: where a hash differs, these say how.</summary>
    [Theory]
    [InlineData(Interpolation.Nearest, new[] { 139, 214, 216, 163, 249, 9, 207 })]
    [InlineData(Interpolation.Area, new[] { 99, 171, 169, 165, 145, 98, 156 })]
    [InlineData(Interpolation.Bilinear, new[] { 98, 183, 192, 195, 153, 79, 163 })]
    [InlineData(Interpolation.Bicubic, new[] { 89, 200, 205, 200, 149, 59, 164 })]
    [InlineData(Interpolation.Box, new[] { 102, 172, 165, 203, 130, 110, 147 })]
    [InlineData(Interpolation.Lanczos, new[] { 101, 179, 170, 161, 149, 97, 146 })]
    public void A_row_of_each_interpolation_has_the_reference_s_numbers(Interpolation interpolation, int[] expected) =>
        Assert.Equal(expected, Reds(Resampler.Resize(Noise(13, 9), 7, 5, interpolation)).Take(7).Select(red => (int)red));

    [Fact]
    public void Without_a_choice_nothing_changes_and_Lanczos_and_area_can_be_chosen_too()
    {
        var picture = Of(4, 2, 10, 250, 30, 90, 70, 20, 200, 5);
        Assert.Equal(Resampler.Resize(picture, 2, 4).Pixels, Resampler.Resize(picture, 2, 4, null).Pixels);
        Assert.Equal(PillowResampler.Resize(picture, 2, 1, PillowFilter.Lanczos).Pixels, Resampler.Resize(picture, 2, 1, Interpolation.Lanczos).Pixels);
        Assert.Equal(AreaResampler.Resize(picture, 2, 1).Pixels, Resampler.Resize(picture, 2, 1, Interpolation.Area).Pixels);
    }

    [Fact]
    public void Transparency_growing_areas_and_no_size_are_refused()
    {
        Assert.Contains("opaque", Assert.Throws<ArgumentException>(() => Resampler.Resize(new Picture(2, 2), 1, 1)).Message, StringComparison.Ordinal);
        Assert.Contains("shrinks only", Assert.Throws<ArgumentException>(() => AreaResampler.Resize(Row(1, 2), 3, 1)).Message, StringComparison.Ordinal);
        Assert.Contains("0×1", Assert.Throws<ArgumentException>(() => Resampler.Resize(Row(1, 2), 0, 1)).Message, StringComparison.Ordinal);
    }

    private static Picture Noise(int width, int height) => Picture.FromRgb(width, height, [.. Enumerable.Range(0, width * height * 3).Select(Scattered)]);

    /// <summary>FNV-1a of the colours.</summary>
    private static string Hash(Picture picture) =>
        picture.ToRgb().Aggregate(0x811c9dc5u, (sum, value) => (sum ^ value) * 16777619).ToString("x8", System.Globalization.CultureInfo.InvariantCulture);

    // Knuth's multiplicative hash, stirred.
    private static byte Scattered(int i)
    {
        var value = (uint)(i + 1) * 2654435761u;
        return (byte)(((value ^ (value >> 15)) * 2246822519u) >> 13);
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
