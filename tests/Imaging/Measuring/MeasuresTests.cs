using Slipway.Imaging.Measuring;
using Slipway.Imaging.Pictures;

namespace Slipway.Imaging.Tests.Measuring;

public sealed class MeasuresTests
{
    public sealed class TheNearWhiteBorder
    {
        [Fact]
        public void Is_all_of_a_white_page_and_none_of_a_grey_one()
        {
            Assert.Equal(1, Measures.NearWhiteBorder(TestPictures.Flat(50, 40, 255, 255, 255)));
            Assert.Equal(1, Measures.NearWhiteBorder(TestPictures.Flat(50, 40, 235, 235, 235)));
            Assert.Equal(0, Measures.NearWhiteBorder(TestPictures.Flat(50, 40, 255, 255, 234)));
        }

        [Fact]
        public void Looks_at_nothing_but_the_border()
        {
            // 6 % of 50 pixels are 3.
            var picture = TestPictures.Of(50, 50, (x, y) => Math.Min(Math.Min(x, 49 - x), Math.Min(y, 49 - y)) < 3 ? (255, 255, 255, 255) : (0, 0, 0, 255));
            Assert.Equal(1, Measures.NearWhiteBorder(picture));
        }

        [Fact]
        public void Is_a_share() => Assert.Equal(0.5, Measures.NearWhiteBorder(TestPictures.Of(40, 40, (x, _) => x < 20 ? (255, 255, 255, 255) : (0, 0, 0, 255))));
    }

    public sealed class TheFlatness
    {
        [Fact]
        public void Of_one_colour_is_one() => Assert.Equal(1, Measures.Flatness(TestPictures.Flat(20, 20, 10, 200, 90)));

        [Fact]
        public void Allows_a_vignette_but_no_scene()
        {
            Assert.True(Measures.IsFlat(TestPictures.Of(40, 40, (x, _) => ((byte)(230 + (x / 2)), 240, 240, 255))));
            Assert.False(Measures.IsFlat(TestPictures.Of(40, 40, (x, _) => ((byte)(x * 6), 100, 100, 255))));
        }

        [Fact]
        public void Is_the_share_near_the_median_in_every_channel()
        {
            // Three quarters are grey; the rest differ in one channel, just too much or just not.
            Picture Page(byte blue) => TestPictures.Of(40, 40, (x, _) => x < 30 ? (100, 100, 100, 255) : (100, 100, blue, 255));
            Assert.Equal(0.75, Measures.Flatness(Page(125)));
            Assert.Equal(1, Measures.Flatness(Page(124)));
        }

        [Fact]
        public void Leaves_the_foreground_out()
        {
            var picture = TestPictures.Of(20, 20, (x, y) => x is > 4 and < 15 ? ((byte)(y * 12), 0, 0, 255) : (250, 250, 250, 255));
            bool[] foreground = [.. Enumerable.Range(0, 400).Select(i => i % 20 is > 4 and < 15)];
            Assert.False(Measures.IsFlat(picture));
            Assert.Equal(1, Measures.Flatness(picture, foreground));
        }

        [Fact]
        public void Of_nothing_but_foreground_is_one()
            => Assert.Equal(1, Measures.Flatness(TestPictures.Colorful(4, 4), [.. Enumerable.Repeat(true, 16)]));
    }

    public sealed class TheMeanAbsoluteDifference
    {
        [Fact]
        public void Counts_colours_and_not_alpha()
        {
            Assert.Equal(0, Measures.MeanAbsoluteDifference(TestPictures.Flat(4, 4, 9, 9, 9), TestPictures.Flat(4, 4, 9, 9, 9, 50)));
            Assert.Equal(20, Measures.MeanAbsoluteDifference(TestPictures.Flat(4, 4, 10, 20, 30), TestPictures.Flat(4, 4, 20, 0, 60)));
        }

        [Fact]
        public void Needs_two_of_a_size()
            => Assert.Throws<ArgumentException>(() => Measures.MeanAbsoluteDifference(TestPictures.Colorful(4, 5), TestPictures.Colorful(5, 4)));
    }
}
