using Slipway.Imaging.Compositing;
using Slipway.Imaging.Pictures;

namespace Slipway.Imaging.Tests.Compositing;

public sealed class CompositorTests
{
    private static readonly Picture Sprite = TestPictures.Disc(60, 240, 60, 40);
    private static readonly Picture Background = TestPictures.Colorful(64, 48);

    private static Composite Compose(ulong seed, CompositeOptions? options = null)
        => new Compositor(Sprite, "disc.png").Compose(Background, options ?? new CompositeOptions(), seed);

    public sealed class TheSprite
    {
        [Fact]
        public void Must_have_transparency()
        {
            var exception = Assert.Throws<InvalidDataException>(() => new Compositor(TestPictures.Colorful(8, 8), "photo.png"));
            Assert.Contains("'photo.png' has no transparent pixel", exception.Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', exception.Message);
        }

        [Fact]
        public void Must_be_seen()
        {
            var exception = Assert.Throws<InvalidDataException>(() => new Compositor(TestPictures.Flat(8, 8, 255, 0, 0, 0), "hidden.png"));
            Assert.Contains("'hidden.png' is fully transparent", exception.Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', exception.Message);
        }

        [Fact]
        public void Is_measured_without_the_empty_margin_around_it()
        {
            // A red square of 4 pixels in 100 that fills half of the height.
            var sprite = TestPictures.Of(100, 100, (x, y) => x is >= 10 and < 14 && y is >= 70 and < 74 ? (255, 0, 0, 255) : (0, 0, 0, 0));
            var picture = new Compositor(sprite, "square.png").OnFlat(64, 0.5, 255, 255, 255);
            Assert.Equal((255, 0, 0, 255), picture.At(18, 18));
            Assert.Equal((255, 0, 0, 255), picture.At(45, 45));
            Assert.Equal((255, 255, 255, 255), picture.At(14, 32));
            Assert.Equal((255, 255, 255, 255), picture.At(49, 32));
        }
    }

    public sealed class ASeed
    {
        [Fact]
        public void Gives_the_same_bytes_again()
        {
            var (first, second) = (Compose(7), Compose(7));
            Assert.Equal(first.Picture.Pixels, second.Picture.Pixels);
            Assert.Equal(first with { Picture = second.Picture }, second);
        }

        [Fact]
        public void Differs_from_others()
            => Assert.Equal(30, Enumerable.Range(0, 30).Select(seed => Convert.ToHexString(Compose((ulong)seed).Picture.Pixels)).Distinct().Count());

        [Fact]
        public void Never_leaves_the_limits_and_uses_their_range()
        {
            var options = new CompositeOptions { MinScale = 0.2, MaxScale = 0.4, MinX = 0.1, MaxX = 0.9, MinY = 0.3, MaxY = 0.5, MaxRotation = 10 };
            var all = Enumerable.Range(0, 60).Select(seed => Compose((ulong)seed, options)).ToArray();
            Assert.All(all, one => Assert.True(
                one is { Scale: >= 0.2 and <= 0.4, X: >= 0.1 and <= 0.9, Y: >= 0.3 and <= 0.5, Rotation: >= -10 and <= 10 }, $"{one}"));
            Assert.True(all.Max(one => one.X) - all.Min(one => one.X) > 0.6);
            Assert.InRange(all.Count(one => one.Flipped), 15, 45);
        }

        [Theory]
        [InlineData(0, false)]
        [InlineData(1, true)]
        public void Mirrors_as_often_as_it_is_told(double probability, bool flipped)
            => Assert.All(Enumerable.Range(0, 10), seed => Assert.Equal(
                flipped, Compose((ulong)seed, new CompositeOptions { FlipProbability = probability }).Flipped));
    }

    public sealed class ThePicture
    {
        [Fact]
        public void Is_opaque_and_leaves_the_background_as_it_was()
        {
            var before = Background.Pixels.ToArray();
            var composite = Compose(3);
            Assert.False(composite.Picture.HasAlpha);
            Assert.Equal((Background.Width, Background.Height), (composite.Picture.Width, composite.Picture.Height));
            Assert.Equal(before, Background.Pixels);
        }

        [Fact]
        public void Shows_the_sprite_where_it_says()
        {
            var options = new CompositeOptions { ShadowOpacity = 0 };
            for (var seed = 0UL; seed < 10; seed++)
            {
                var composite = Compose(seed, options);
                var (x, y) = ((int)(composite.X * 64), (int)(composite.Y * 48));
                Assert.Equal((240, 60, 40, 255), composite.Picture.At(x, y));
            }
        }

        [Theory]
        [InlineData(0)]
        [InlineData(0.4)]
        [InlineData(1.5)]
        public void Has_no_dark_fringe_around_a_bright_sprite_on_white(double feather)
        {
            // What the sprite hides is black: without premultiplied alpha it would darken the edge.
            var compositor = new Compositor(TestPictures.Disc(61, 255, 220, 40), "disc.png");
            var options = new CompositeOptions { ShadowOpacity = 0, Feather = feather };
            for (var seed = 0UL; seed < 10; seed++)
            {
                var picture = compositor.Compose(TestPictures.Flat(64, 64, 255, 255, 255), options, seed).Picture;
                var darkest = Enumerable.Range(0, 64 * 64).Min(i => picture.Pixels[(i * 4) + 1]);
                var least = Enumerable.Range(0, 64 * 64).Min(i => picture.Pixels[i * 4]);
                Assert.True(least >= 253 && darkest >= 218, $"seed {seed}: red falls to {least}, green to {darkest}");
            }
        }

        [Fact]
        public void Is_darker_below_the_sprite_where_its_shadow_falls()
        {
            var options = new CompositeOptions { MinX = 0.5, MaxX = 0.5, MinY = 0.5, MaxY = 0.5, MinScale = 0.5, MaxScale = 0.5, MaxRotation = 0 };
            var compositor = new Compositor(Sprite, "disc.png");
            var white = TestPictures.Flat(64, 64, 255, 255, 255);
            var with = compositor.Compose(white, options, 1).Picture.At(32, 49);
            var without = compositor.Compose(white, options with { ShadowOpacity = 0 }, 1).Picture.At(32, 49);
            Assert.Equal((255, 255, 255, 255), without);
            Assert.True(with.Red < 240 && with.Red == with.Green && with.Green == with.Blue, $"{with}");
        }

        [Fact]
        public void Takes_on_the_background_s_tone_only_when_asked()
        {
            var compositor = new Compositor(Sprite, "disc.png");
            var dark = TestPictures.Flat(64, 64, 20, 20, 60);
            var options = new CompositeOptions { MinX = 0.5, MaxX = 0.5, MinY = 0.5, MaxY = 0.5 };
            Assert.Equal((240, 60, 40, 255), compositor.Compose(dark, options, 1).Picture.At(32, 32));
            var toned = compositor.Compose(dark, options with { ToneMatch = 0.5 }, 1).Picture.At(32, 32);
            Assert.True(toned.Red < 200 && toned.Blue > 45, $"{toned}");
        }
    }

    public sealed class TheMask
    {
        private static readonly Compositor White = new(TestPictures.Disc(60, 255, 255, 255), "disc.png");

        // White on black shows coverage itself; both go through the same drawing, so nothing but rounding can differ.
        [Fact]
        public void Is_where_the_sprite_of_the_same_seed_stands()
        {
            var options = new CompositeOptions { ShadowOpacity = 0 };
            foreach (var seed in Enumerable.Range(0, 20).Select(i => (ulong)i))
            {
                var picture = White.Compose(TestPictures.Flat(64, 48, 0, 0, 0), options, seed).Picture;
                var mask = White.Mask(64, 48, options, seed);
                Assert.Equal(64 * 48, mask.Length);
                Assert.InRange(mask.Count(value => value == 255), 100, 1500);
                Assert.All(mask, (value, i) => Assert.InRange(value - picture.Pixels[i * 4], -1, 1));
            }
        }

        [Fact]
        public void Leaves_the_shadow_out()
        {
            var options = new CompositeOptions { ShadowOpacity = 1, MinX = 0.5, MaxX = 0.5, MinY = 0.5, MaxY = 0.5 };
            Assert.Equal(White.Mask(64, 64, options with { ShadowOpacity = 0 }, 3), White.Mask(64, 64, options, 3));
        }

        [Fact]
        public void Is_that_of_the_picture_on_one_colour_too()
        {
            var picture = White.OnFlat(64, 0.6, 0, 0, 0);
            Assert.All(White.MaskOnFlat(64, 0.6), (value, i) => Assert.InRange(value - picture.Pixels[i * 4], -1, 1));
        }
    }
}
