using Slipway.Demo.Scenes;
using Slipway.Imaging.Compositing;
using Slipway.Imaging.Measuring;
using Slipway.Imaging.Pictures;
using Xunit;

namespace Slipway.Demo.Tests;

[Trait("Tier", "slow")] // They draw the sprite and calibrate its detector.
public sealed class MascotTests
{
    private static readonly Picture Sprite = Mascot.Draw(1024);
    private static readonly MascotDetector Detector = new(Sprite);
    private static readonly MascotCalibration Calibration = MascotCalibration.Of(Detector, Sprite, new CompositeOptions(), []);

    [Fact]
    public void The_sprite_file_shows_what_the_code_draws()
    {
        var file = SpriteFile.Load();
        Assert.Equal((Sprite.Width, Sprite.Height), (file.Width, file.Height));
        Assert.True(Sprite.Pixels.AsSpan().SequenceEqual(file.Pixels), "sail_kun.png shows something else: ./build.sh --target=Sprite draws it again.");
    }

    [Fact]
    public void The_sprite_is_a_cut_out()
    {
        Assert.True(Sprite.HasAlpha);
        Assert.False(Sprite.IsFullyTransparent);
        Assert.All((int[])[0, 1023, 1023 * 1024, (1024 * 1024) - 1], corner => Assert.Equal(0, Sprite.Pixels[(corner * 4) + 3]));
    }

    [Fact]
    public void The_sprite_stands_where_it_is_drawn_nothing_of_it_left_out()
    {
        var compositor = new Compositor(Sprite, "sail_kun.png");
        Assert.Equal((27, 17, 970, 985), (compositor.Outline.Left, compositor.Outline.Top, compositor.Outline.Width, compositor.Outline.Height));
        Assert.Empty(compositor.Outline.LeftOut);
        Assert.Equal(0, compositor.Outline.Veil);
        var story = new CompositeOptions { MinScale = 0.58, MaxScale = 0.66, MinX = 0.45, MaxX = 0.55, MinY = 0.52, MaxY = 0.58, FlipProbability = 0, MaxRotation = 3 };
        foreach (var seed in Enumerable.Range(0, 300).Select(i => (1UL << 32) + (ulong)i))
            Assert.False(compositor.IsMadeToFit(1024, 1024, story, seed), $"seed {seed}");
    }

    [Fact]
    public void The_detector_finds_the_mascot_in_composites_and_where_it_is()
    {
        var compositor = new Compositor(Sprite, "sail_kun.png");
        for (var seed = 0UL; seed < 24; seed++)
        {
            var composite = compositor.Compose(SceneGenerator.Draw(seed, 64).Picture, new CompositeOptions(), seed);
            var match = Detector.Find(composite.Picture);
            Assert.True(match.Score >= Calibration.Threshold, $"seed {seed}: {match.Score}");

            // The boat's hull is a little below its middle.
            Assert.True(match.Foreground[((int)((composite.Y + (0.2 * composite.Scale)) * 64) * 64) + (int)(composite.X * 64)]);
        }
    }

    [Fact]
    public void The_detector_does_not_take_scenes_for_the_mascot_not_even_boats()
    {
        for (var seed = 0UL; seed < 24; seed++)
        {
            var scene = seed % 2 == 0 ? SceneGenerator.Draw(seed, 64) : SceneGenerator.Draw(seed, 64, SceneGenerator.Backgrounds[(int)(seed / 2) % 12], "boat");
            var match = Detector.Find(scene.Picture);
            Assert.False(match.Score >= Calibration.Threshold, $"seed {seed}: {match.Score} in {string.Join(", ", scene.Tags)}");
        }
    }
}
