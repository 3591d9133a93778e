using Slipway.Imaging.Compositing;
using Slipway.Imaging.Measuring;
using Slipway.Imaging.Pictures;

namespace Slipway.Imaging.Tests.Measuring;

public sealed class MascotCalibrationTests
{
    private static readonly CompositeOptions Options = new();

    /// <summary>
    /// Sprites as people bring them, and whether pictures with them can be told from pictures without. One that is hardly there, one of the grey of an
    /// overcast sky, and a dark disc, such as a hole or a tyre, cannot: their best scores on bare scenes are as good as those on composites.
    /// </summary>
    [Theory]
    [Trait("Tier", "slow")] // Each finds the sprite in dozens of pictures.
    [InlineData("one colour", true)]
    [InlineData("5:1 wide", true)]
    [InlineData("nearly symmetric", true)]
    [InlineData("thin", true)]
    [InlineData("tiny", true)]
    [InlineData("mostly transparent", false)]
    [InlineData("a dark disc", false)]
    [InlineData("a background's grey", false)]
    public void On_other_seeds_the_sprite_is_seen_where_it_is_and_only_there_or_nothing_is_said(string name, bool canBeTold)
    {
        var sprite = Draw(name);
        var detector = new MascotDetector(sprite, Options);
        var calibration = MascotCalibration.Of(detector, sprite, Options, []);
        Assert.Equal((canBeTold, canBeTold), (calibration.CanBeTold, calibration.Threshold is not null));
        if (!canBeTold)
        {
            Assert.Contains("cannot be told from backgrounds", calibration.Reason, StringComparison.Ordinal);
            return;
        }

        const int Pictures = 20;
        var compositor = new Compositor(sprite, name);
        bool IsSeen(Picture picture) => detector.Find(picture).Score >= calibration.Threshold;
        Picture Scene(int i) => MadeScene.Draw(64, 900_000 + (ulong)i);
        Assert.InRange(Enumerable.Range(0, Pictures).Count(i => IsSeen(compositor.Compose(Scene(i), Options, (ulong)i).Picture)), 0.9 * Pictures, Pictures);
        Assert.InRange(Enumerable.Range(Pictures, Pictures).Count(i => IsSeen(Scene(i))), 0, 0.1 * Pictures);
    }

    [Fact]
    public void The_threshold_lies_in_the_gap_and_there_is_none_where_there_is_no_gap()
    {
        double[] without = [.. Enumerable.Range(0, 26).Select(i => i * 0.01)];
        Assert.Equal(0.24 + (0.4 * 0.37), MascotCalibration.Between(without, [.. Enumerable.Range(0, 26).Select(i => 0.6 + (i * 0.01))]).Threshold!.Value, 3);
        var overlapping = MascotCalibration.Between(without, [.. Enumerable.Range(0, 26).Select(i => 0.2 + (i * 0.01))]);
        Assert.False(overlapping.CanBeTold);
        Assert.Contains("0.24", overlapping.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_sprite_of_which_nothing_can_be_seen_is_refused()
        => Assert.Throws<InvalidDataException>(() => new MascotDetector(TestPictures.Flat(8, 8, 1, 2, 3, 0)));

    [Fact]
    public void A_made_scene_is_the_same_for_the_same_seed_only()
    {
        Assert.Equal(MadeScene.Draw(16, 5).Pixels, MadeScene.Draw(16, 5).Pixels);
        Assert.NotEqual(MadeScene.Draw(16, 5).Pixels, MadeScene.Draw(16, 6).Pixels);
    }

    private static Picture Draw(string name) => name switch
    {
        "one colour" => TestPictures.Disc(60, 220, 60, 40),
        "a dark disc" => TestPictures.Disc(60, 30, 30, 30),
        "nearly symmetric" => TestPictures.Of(60, 60, (x, y) => Math.Abs(x - 30) + Math.Abs(y - 30) < 28 ? (Math.Abs(x - 30) < 9 ? (250, 220, 60, 255) : (180, 40, 90, 255)) : default),
        "thin" => TestPictures.Of(60, 60, (x, y) => Math.Abs(x - y) < 3 || Math.Abs(x + y - 60) < 3 ? (20, 120, 200, 255) : default),
        "5:1 wide" => TestPictures.Of(200, 40, (x, y) => y is > 2 and < 37 ? ((byte)(x * 255 / 200), 60, (byte)(y * 6), 255) : default),
        "tiny" => TestPictures.Of(6, 6, (x, y) => x is > 0 and < 5 && y is > 0 and < 5 ? (x < 3 ? (220, 40, 40, 255) : (40, 40, 220, 255)) : default),
        "mostly transparent" => TestPictures.Of(60, 60, (x, y) => x is > 9 and < 50 && y is > 9 and < 50 ? (200, 60, (byte)(x * 4), 40) : default),
        _ => TestPictures.Of(60, 60, (x, y) => x is > 9 and < 50 && y is > 9 and < 50 ? (128, 128, 128, 255) : default),
    };
}
