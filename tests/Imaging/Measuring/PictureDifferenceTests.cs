using Slipway.Imaging.Measuring;
using Slipway.Imaging.Pictures;

namespace Slipway.Imaging.Tests.Measuring;

public sealed class PictureDifferenceTests
{
    private static readonly Picture Grey = TestPictures.Flat(16, 16, 100, 100, 100);

    [Fact]
    public void Equal_pictures_do_not_differ() => Assert.Equal(new PictureDifference(1, 0, 0), PictureDifference.Of(Grey, Grey, 0));

    [Fact]
    public void A_pixel_is_off_by_its_channel_that_differs_most()
    {
        var other = TestPictures.Flat(16, 16, 100, 100, 100);
        other.Pixels[1] = 105;
        other.Pixels[6] = 104;

        var found = PictureDifference.Of(Grey, other, 4);

        Assert.Equal((1 / 256.0, 5), (found.PixelsOff, found.Largest));
        Assert.InRange(found.Ssim, 0.9, 0.9999);
    }

    [Fact]
    public void The_drawn_difference_has_both_pictures_and_what_differs_four_times_as_strong()
    {
        var drawn = PictureDifference.Draw(Grey, TestPictures.Flat(16, 16, 110, 100, 90));

        Assert.Equal(((3 * 192) + 16, 192), (drawn.Width, drawn.Height));
        Assert.Equal([100, 100, 100, 255], Pixel(drawn, 0));
        Assert.Equal([110, 100, 90, 255], Pixel(drawn, 200));
        Assert.Equal([40, 0, 40, 255], Pixel(drawn, 400));
    }

    [Fact]
    public void Pictures_of_different_sizes_are_refused() => Assert.Throws<ArgumentException>(() => PictureDifference.Of(Grey, TestPictures.Flat(8, 8, 0, 0, 0), 0));

    [Fact]
    public void A_small_picture_is_kept_pixel_by_pixel_and_a_larger_one_shrunk()
    {
        var small = KeptPicture.Of(Grey, 16);
        var large = KeptPicture.Of(TestPictures.Flat(64, 32, 100, 100, 100), 16);

        Assert.Equal(("png", "webp"), (small.Extension, large.Extension));
        Assert.Equal(Grey.Pixels, Picture.Decode(small.Bytes, "small").Pixels);
        var shrunk = Picture.Decode(large.Bytes, "large");
        Assert.Equal((16, 8), (shrunk.Width, shrunk.Height));
        Assert.InRange((int)shrunk.Pixels[0], 98, 102);
    }

    private static byte[] Pixel(Picture picture, int x) => picture.Pixels[(x * 4)..((x * 4) + 4)];
}
