using Slipway.Imaging.Grids;
using Slipway.Imaging.Measuring;
using Slipway.Imaging.Pictures;
using Slipway.Testing.Snapshots;

namespace Slipway.Imaging.Tests.Grids;

public sealed class GridTests
{
    private static readonly Picture Red = TestPictures.Flat(8, 8, 255, 0, 0);
    private static readonly Picture Blue = TestPictures.Flat(8, 8, 0, 0, 255);

    private static GridSpec Spec(string title = "SEEDS", string? footer = null)
        => new(title, ["EPOCH 1", "EPOCH 2"], ["SEA", "CITY", "ROOM"], [[Red, Blue, Red], [Blue, Blue, Blue]], footer, 32);

    private static int Count(Picture picture, (int, int, int, int) color)
        => Enumerable.Range(0, picture.Width * picture.Height).Count(i => picture.At(i % picture.Width, i / picture.Width) == color);

    [Fact]
    public void Shows_every_picture_enlarged_to_its_cell()
    {
        var picture = Grid.Draw(Spec());
        Assert.Equal(2 * 32 * 32, Count(picture, (255, 0, 0, 255)));
        Assert.Equal(4 * 32 * 32, Count(picture, (0, 0, 255, 255)));
    }

    /// <summary>Skia may blend the cells' borders with other instructions elsewhere: a channel can be one off, and nothing more.</summary>
    [Fact]
    public void Looks_as_it_did()
        => Snapshot.Match(
            Grid.Draw(new GridSpec(
                "sail_kun: versions",
                ["base", "v01", "v02"],
                ["beach", "night_sky"],
                [
                    [TestPictures.Colorful(16, 16), TestPictures.Disc(16, 200, 30, 30)],
                    [TestPictures.Flat(16, 16, 255, 255, 255), TestPictures.Flat(16, 16, 0, 0, 0)],
                    [TestPictures.Colorful(48, 48), TestPictures.Colorful(20, 12)],
                ],
                "seed 1 everywhere, Euler a, 20 steps",
                48)),
            new PictureTolerance(0.9999, 1, 0));

    [Fact]
    public void Enlarges_by_whole_pixels_without_blur()
    {
        var checks = TestPictures.Of(8, 8, (x, y) => (x + y) % 2 == 0 ? (255, 0, 0, 255) : (0, 0, 255, 255));
        var picture = Grid.Draw(new GridSpec("CHECKS", ["A"], ["B"], [[checks]], null, 32));
        Assert.Equal(512, Count(picture, (255, 0, 0, 255)));
        Assert.Equal(512, Count(picture, (0, 0, 255, 255)));
    }

    [Fact]
    public void Is_the_same_for_the_same_spec_and_differs_by_its_words()
    {
        Assert.Equal(Grid.Draw(Spec()).EncodePng(), Grid.Draw(Spec()).EncodePng());
        Assert.NotEqual(Grid.Draw(Spec()).Pixels, Grid.Draw(Spec("SEEDZ")).Pixels);
    }

    [Fact]
    public void Grows_for_a_footer_and_a_long_title()
    {
        Assert.True(Grid.Draw(Spec(footer: "small print")).Height > Grid.Draw(Spec()).Height);
        Assert.True(Grid.Draw(Spec("A title much wider than three cells of pictures")).Width > Grid.Draw(Spec()).Width);
    }

    [Fact]
    public void Draws_words_without_any_font_of_the_system()
    {
        var blank = new GridSpec(" ", [" "], [" "], [[Red]], null, 32);
        var worded = blank with { Title = "帆 e", RowLabels = ["é"], ColumnLabels = ["?"] };
        Assert.True(Count(Grid.Draw(worded), (0x24, 0x29, 0x33, 255)) > Count(Grid.Draw(blank), (0x24, 0x29, 0x33, 255)) + 100);
    }

    [Fact]
    public void Shortens_a_label_too_long_for_its_column()
    {
        // Column labels of 16 pixels have room for two letters and no neighbour to run into.
        GridSpec Of(string label) => new("T", ["R"], [label, "B"], [[Red, Blue]], null, 32);
        Assert.Equal(Grid.Draw(Of("A very long label")).Pixels, Grid.Draw(Of("Another very long one")).Pixels);
    }

    [Fact]
    public void Refuses_labels_that_do_not_match_the_pictures()
    {
        Assert.Throws<ArgumentException>(() => Grid.Draw(Spec() with { RowLabels = ["EPOCH 1"] }));
        Assert.Throws<ArgumentException>(() => Grid.Draw(Spec() with { ColumnLabels = ["SEA"] }));
    }
}
