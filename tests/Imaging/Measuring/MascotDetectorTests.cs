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

    [Fact]
    public void A_large_picture_has_the_figures_of_the_same_picture_made_small()
    {
        var large = new Compositor(Sprite, "square.png").Compose(Page.Resize(1024, 1024), new CompositeOptions(), 2).Picture;

        var (match, small) = (Detector.Find(large), Detector.Find(large.Resize(64, 64)));

        Assert.Equal(small.Score!.Value, match.Score!.Value, 0.05);
        Assert.Equal(small.Similarity!.Value, match.Similarity!.Value, 0.05);
        Assert.Equal(small.Foreground.Count(covered => covered) / (64.0 * 64), match.Foreground.Count(covered => covered) / (1024.0 * 1024), 0.02);
    }

    /// <summary>A chequered sprite whose fields are three to six pixels wide where it is looked for: where the template lies half a pixel beside them, they explain little of one another.</summary>
    [Fact]
    public void A_sprite_full_of_detail_is_found_between_the_pixels_and_the_sizes_too()
    {
        var striped = TestPictures.Of(90, 90, (x, y) => Math.Max(Math.Abs(x - 45), Math.Abs(y - 45)) > 40 ? default : ((x / 9) + (y / 15)) % 2 == 0 ? (250, 240, 220, 255) : ((byte)(20 + x), 30, (byte)(120 - y), 255));
        var (compositor, detector) = (new Compositor(striped, "stripes.png"), new MascotDetector(striped));
        Assert.All(Enumerable.Range(0, 5), seed => Assert.InRange(detector.Find(compositor.Compose(Page.Resize(64, 64), new CompositeOptions(), (ulong)seed).Picture).Score!.Value, 0.75, 1));
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
