using Slipway.Imaging.Compositing;
using Slipway.Imaging.Measuring;
using Slipway.Imaging.Pictures;

namespace Slipway.Imaging.Tests.Measuring;

public sealed class MascotDetectorTests
{
    /// <summary>A square with a dark outline and an eye: neither the same mirrored nor like a part of itself.</summary>
    private static readonly Picture Sprite = TestPictures.Of(60, 60, (x, y) => Math.Min(Math.Min(x, 59 - x), Math.Min(y, 59 - y)) switch
    {
        < 6 => (0, 0, 0, 0),
        < 12 => (30, 40, 70, 255),
        _ when x is >= 18 and < 30 && y is >= 18 and < 30 => (250, 240, 210, 255),
        _ => x < 36 ? (240, 50, 40, 255) : (250, 180, 40, 255),
    });

    private static readonly Picture Wide = TestPictures.Of(300, 60, (x, y) => y is > 3 and < 56 && x is > 3 and < 296 ? (200, (byte)(x * 255 / 300), (byte)(y * 4), 255) : (0, 0, 0, 0));

    private static readonly MascotDetector Detector = new(Sprite);
    private static readonly Picture Page = TestPictures.Of(96, 96, (x, y) => ((byte)(80 + x), (byte)(200 - y), 150, 255));

    [Fact]
    public void Finds_the_sprite_wherever_it_was_put_mirrored_too()
    {
        var compositor = new Compositor(Sprite, "square.png");
        for (var seed = 0UL; seed < 6; seed++)
        {
            var composite = compositor.Compose(Page, new CompositeOptions(), seed);
            var match = Detector.Find(composite.Picture);
            Assert.True(match.Score > 0.8, $"seed {seed}: {match.Score}");
            Assert.True(match.Similarity > 0.8, $"seed {seed}: {match.Similarity}");
            Assert.True(match.Foreground[((int)(composite.Y * 96) * 96) + (int)(composite.X * 96)]);
            Assert.InRange(match.Foreground.Count(covered => covered), 0.5 * composite.Scale * composite.Scale * 96 * 96, 2 * composite.Scale * composite.Scale * 96 * 96);
        }
    }

    [Fact]
    public void Nothing_of_a_flat_page_or_a_gradient_is_explained_by_the_sprite()
    {
        var (flat, gradient) = (Detector.Find(TestPictures.Flat(64, 64, 200, 200, 200)).Score, Detector.Find(Page).Score);
        Assert.True(flat is >= -1 and < 0.1 && gradient is >= -1 and < 0.4, $"flat {flat}, gradient {gradient}");
    }

    [Fact]
    public void Does_not_take_the_same_shape_in_other_colours_for_the_sprite()
    {
        var other = TestPictures.Of(60, 60, (x, y) => Sprite.At(x, y) is var (red, green, blue, alpha) ? (255 - red, 255 - green, 255 - blue, alpha) : default);
        var picture = new Compositor(other, "other.png").OnFlat(64, 0.5, 128, 128, 128);
        Assert.True(Detector.Find(picture).Score < 0.4);
    }

    [Fact]
    public void A_sprite_that_is_cut_off_by_the_picture_is_found()
    {
        var options = new CompositeOptions { FlipProbability = 0, Whole = false };
        var composite = new Compositor(Wide, "wide.png").Compose(Page, options, 3);
        Assert.True(new MascotDetector(Wide, options).Find(composite.Picture).Score > 0.8);
    }

    [Fact]
    public void A_wide_sprite_is_found_as_large_as_it_fits()
    {
        var composite = new Compositor(Wide, "wide.png").Compose(Page, new CompositeOptions(), 3);
        Assert.True(new MascotDetector(Wide).Find(composite.Picture).Score > 0.8);
    }

    [Theory]
    [InlineData(1, 200)]
    [InlineData(200, 1)]
    [InlineData(1, 1)]
    public void A_picture_of_any_shape_has_a_score_or_none_but_no_infinite_one(int width, int height)
    {
        var match = Detector.Find(TestPictures.Colorful(width, height));
        Assert.True(match.Score is null || double.IsFinite(match.Score.Value));
        Assert.Equal(width * height, match.Foreground.Length);
    }
}
