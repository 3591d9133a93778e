using Slipway.Imaging.Compositing;
using Slipway.Imaging.Pictures;

namespace Slipway.Imaging.Tests.Compositing;

/// <summary>Sprites as image editors and background removers leave them.</summary>
public sealed class SpriteGeometryTests
{
    private static readonly CompositeOptions Middle = new() { MinScale = 0.5, MaxScale = 0.5, MinX = 0.5, MaxX = 0.5, MinY = 0.5, MaxY = 0.5, FlipProbability = 0, MaxRotation = 0 };

    /// <summary>A red block of 40 × 48 pixels, somewhere in a canvas, and what else there is.</summary>
    private static Picture Block(int size, Func<int, int, int>? other = null) => TestPictures.Of(
        size, size, (x, y) => x is >= 60 and < 100 && y is >= 70 and < 118 ? (208, 32, 32, 255) : other?.Invoke(x, y) is > 0 and var alpha ? (10, 10, 10, alpha) : (0, 0, 0, 0));

    private static Picture On(Picture sprite, CompositeOptions options, ulong seed = 1, int width = 64, int height = 64) =>
        new Compositor(sprite, "sprite.png").Compose(TestPictures.Flat(width, height, 255, 255, 255), options, seed).Picture;

    private static (int Left, int Top, int Right, int Bottom) Red(Picture picture)
    {
        int[] red = [.. Enumerable.Range(0, picture.Width * picture.Height).Where(i => picture.Pixels[i * 4] > 150 && picture.Pixels[(i * 4) + 1] < 100)];
        return (red.Min(i => i % picture.Width), red.Min(i => i / picture.Width), red.Max(i => i % picture.Width) + 1, red.Max(i => i / picture.Width) + 1);
    }

    public sealed class WhatIsLeftAroundTheMascot
    {
        public static TheoryData<string, Picture> Leftovers => new()
        {
            { "a stray pixel", Block(240, (x, y) => x == 0 && y == 0 ? 255 : 0) },
            { "several", Block(240, (x, y) => (x, y) is (0, 0) or (239, 5) or (3, 230) or (200, 239) ? 200 : 0) },
            { "alpha of 1 all over", Block(240, (_, _) => 1) },
            { "alpha of 4 all over", Block(240, (_, _) => 4) },
            { "alpha of 1 to 4 all over", Block(240, (x, y) => 1 + ((x + y) % 4)) },
            { "alpha of 12 all over", Block(240, (_, _) => 12) },
            { "alpha of 0 to 14 all over", Block(240, (x, y) => ((x * 7) + (y * 5)) % 15) },
            { "alpha of 20 over one half", Block(240, (x, _) => x < 120 ? 20 : 0) },
            { "a rising alpha", Block(240, (x, _) => x / 12) },
            { "a faint patch away from it", Block(240, (x, y) => x is > 10 and < 230 && y is > 190 and < 230 ? 16 : 0) },
            { "a line along an edge", Block(240, (_, y) => y == 239 ? 60 : 0) },
            { "a frame around the canvas", Block(240, (x, y) => x is 0 or 239 || y is 0 or 239 ? 20 : 0) },
        };

        [Theory]
        [MemberData(nameof(Leftovers))]
        public void Changes_no_pixel(string what, Picture sprite)
        {
            foreach (var seed in Enumerable.Range(0, 4).Select(i => (ulong)i))
                Assert.True(On(Block(240), new CompositeOptions(), seed).Pixels.SequenceEqual(On(sprite, new CompositeOptions(), seed).Pixels), what);
        }

        [Fact]
        public void Is_no_glow_that_fades()
        {
            // 25 pixels around the middle's 20, down to nothing.
            var outline = SpriteOutline.Of(TestPictures.Of(240, 240, (x, y) =>
            {
                var beyond = Math.Sqrt(((x - 120) * (x - 120)) + ((y - 120) * (y - 120))) - 20;
                return (255, 220, 100, beyond <= 0 ? 255 : (int)(255 * Math.Exp(-beyond / 15)));
            }))!;
            Assert.Equal((143, 143), (outline.Width, outline.Height));
            Assert.Equal(255 / 32, outline.Faintest);
        }

        [Fact]
        public void Is_named_with_place_and_size()
        {
            var outline = SpriteOutline.Of(Block(240, (x, y) => x == 200 && y is 10 or 11 ? 255 : 0))!;
            Assert.Equal((60, 70, 40, 48), (outline.Left, outline.Top, outline.Width, outline.Height));
            Assert.Equal(new LeftOutPart(200, 10, 1, 2, 2), Assert.Single(outline.LeftOut));
            Assert.Equal(240 * 240 - (44 * 52), SpriteOutline.Of(Block(240, (_, _) => 3))!.Veil);
            Assert.Equal((240 * 240) - (40 * 48), SpriteOutline.Of(Block(240, (_, _) => 12))!.Veil);
            Assert.Equal(12, SpriteOutline.Of(Block(240, (_, _) => 12))!.Faintest);
        }

        [Fact]
        public void Is_no_part_that_belongs_to_it()
        {
            // A drop beside it, an antenna's tip, a shoe.
            var outline = SpriteOutline.Of(Block(240, (x, y) => x is >= 104 and < 108 && y is >= 60 and < 64 ? 255 : x is >= 70 and < 90 && y is >= 200 and < 210 ? 255 : 0))!;
            Assert.Empty(outline.LeftOut);
            Assert.Equal((60, 60, 48, 150), (outline.Left, outline.Top, outline.Width, outline.Height));
        }

        [Fact]
        public void Is_no_sprite_of_many_small_parts()
        {
            var outline = SpriteOutline.Of(TestPictures.Of(200, 200, (x, y) => x % 8 < 2 && y % 8 < 2 ? (255, 0, 0, 255) : (0, 0, 0, 0)))!;
            Assert.Empty(outline.LeftOut);
            Assert.Equal((194, 194), (outline.Width, outline.Height));
        }
    }

    public sealed class ASpriteOfAnyShape
    {
        public static TheoryData<int, int> Shapes => new() { { 320, 90 }, { 400, 40 }, { 160, 100 }, { 40, 400 }, { 100, 100 } };

        // A frame of its own colour shows whether an edge of the sprite is in the picture.
        private static Picture Framed(int width, int height) =>
            TestPictures.Of(width + 2, height + 2, (x, y) => x == 0 || y == 0 || x > width || y > height ? (0, 0, 0, 0) : (208, 32, 32, 255));

        [Theory]
        [MemberData(nameof(Shapes))]
        public void Is_whole_in_every_picture(int width, int height)
        {
            var options = new CompositeOptions { MaxRotation = 30, MinX = 0, MaxX = 1, MinY = 0, MaxY = 1, ShadowOpacity = 0, Feather = 0 };
            foreach (var (across, down) in ((int, int)[])[(64, 64), (96, 64), (48, 80)])
            {
                foreach (var seed in Enumerable.Range(0, 12).Select(i => (ulong)i))
                {
                    var mask = new Compositor(Framed(width, height), "sprite.png").Mask(across, down, options, seed);
                    var place = new Compositor(Framed(width, height), "sprite.png").Compose(TestPictures.Flat(across, down, 255, 255, 255), options, seed);
                    var area = width * Math.Pow(place.Scale * down, 2) / height;
                    Assert.InRange(mask.Sum(value => value / 255.0), area * 0.97 - 2, area * 1.03 + 2);
                }
            }
        }

        [Fact]
        public void Keeps_its_height_until_its_width_would_leave_the_picture()
        {
            Assert.Equal(0.5, new Compositor(Framed(190, 100), "s").Compose(TestPictures.Flat(64, 64, 0, 0, 0), Middle, 1).Scale);
            Assert.Equal(62 / 3.0 / 64, new Compositor(Framed(300, 100), "s").Compose(TestPictures.Flat(64, 64, 0, 0, 0), Middle, 1).Scale, 6);
        }

        [Fact]
        public void Is_whole_on_one_colour_too()
        {
            var (left, _, right, _) = Red(new Compositor(Framed(300, 90), "wide.png").OnFlat(64, 0.55, 255, 255, 255));
            Assert.Equal((1, 63), (left, right));
            Assert.Equal(0, new Compositor(Framed(300, 90), "wide.png").MaskOnFlat(64, 0.55)[32 * 64]);
        }

        [Fact]
        public void Is_cut_off_where_the_plan_asks_for_it()
        {
            var (left, top, right, bottom) = Red(On(Framed(300, 100), Middle with { Whole = false }));
            Assert.Equal((0, 64, 32), (left, right, bottom - top));
        }

        [Theory]
        [InlineData(0)]
        [InlineData(20)]
        [InlineData(-90)]
        public void Has_its_shadow_right_below_it(double rotation)
        {
            // One draw that turns by exactly so much: the range is a single value when it is searched for.
            var sprite = new Compositor(Framed(200, 80), "sprite.png");
            var options = Middle with { MinScale = 0.3, MaxScale = 0.3, MaxRotation = Math.Abs(rotation), ShadowOpacity = 1, ShadowSoftness = 0 };
            var seed = Enumerable.Range(0, 400).Select(i => (ulong)i).MinBy(i => Math.Abs(sprite.Compose(TestPictures.Flat(8, 8, 255, 255, 255), options, i).Rotation - rotation));
            var picture = sprite.Compose(TestPictures.Flat(128, 128, 255, 255, 255), options, seed).Picture;
            int[] dark = [.. Enumerable.Range(0, 128 * 128).Where(i => picture.Pixels[i * 4] < 60)];
            var bottom = Red(picture).Bottom;
            Assert.NotEmpty(dark);
            Assert.InRange(dark.Max(i => i / 128) - bottom, -3, 6);
            Assert.InRange(dark.Average(i => i % 128), 50, 78);
        }
    }
}
