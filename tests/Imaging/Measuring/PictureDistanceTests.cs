using Slipway.Imaging.Measuring;

namespace Slipway.Imaging.Tests.Measuring;

public sealed class PictureDistanceTests
{
    [Fact]
    public void Is_0_of_equal_pictures_1_of_black_and_white_and_leaves_out_what_it_is_told_to()
    {
        var (black, white) = (TestPictures.Flat(8, 8, 0, 0, 0), TestPictures.Flat(8, 8, 255, 255, 255));
        Assert.Equal((0, 1), (PictureDistance.Between(black, black), PictureDistance.Between(black, white)));
        var half = TestPictures.Of(8, 8, (x, _) => x < 4 ? (255, 255, 255, 255) : (0, 0, 0, 255));
        Assert.Equal(0.5, PictureDistance.Between(black, half));
        Assert.Equal(0, PictureDistance.Between(black, half, [.. Enumerable.Range(0, 64).Select(i => i % 8 < 4)]));
        Assert.Null(PictureDistance.Between(black, half, [.. Enumerable.Repeat(true, 64)]));
    }

    [Fact]
    public void Grain_counts_little_at_the_height_at_which_pictures_are_compared()
    {
        var grain = PictureDistance.Small(TestPictures.Of(256, 256, (x, y) => (x + y) % 2 == 0 ? (255, 255, 255, 255) : (0, 0, 0, 255)));
        Assert.Equal((64, 64), (grain.Width, grain.Height));
        Assert.InRange(PictureDistance.Between(grain, TestPictures.Flat(64, 64, 128, 128, 128))!.Value, 0, 0.02);
    }

    [Fact]
    public void A_copy_of_a_training_picture_is_memorised_and_a_picture_as_far_from_all_as_before_is_not()
    {
        var (black, grey, white) = (TestPictures.Flat(8, 8, 0, 0, 0), TestPictures.Flat(8, 8, 100, 100, 100), TestPictures.Flat(8, 8, 255, 255, 255));
        Assert.Equal(1, PictureDistance.Nearness(white, black, [grey, white]));
        Assert.Equal(0, PictureDistance.Nearness(black, black, [grey, white]));
        Assert.Equal(0.5, PictureDistance.Nearness(TestPictures.Flat(8, 8, 50, 50, 50), black, [grey]));
    }

    [Fact]
    public void Places_at_another_size_are_where_any_of_them_was()
    {
        bool[] places = [.. Enumerable.Range(0, 64).Select(i => i == 63)];
        Assert.Equal([false, false, false, true], PictureDistance.At(places, 8, 8, TestPictures.Flat(2, 2, 0, 0, 0)));
    }
}
