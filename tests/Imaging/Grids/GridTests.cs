using Slipway.Imaging.Grids;
using Slipway.Imaging.Measuring;
using Slipway.Imaging.Pictures;
using Slipway.Testing.Snapshots;

namespace Slipway.Imaging.Tests.Grids;

public sealed class GridTests
{
    private static readonly PictureTolerance Exact = new(1, 0, 0);
    private static readonly Picture Red = TestPictures.Flat(8, 8, 255, 0, 0);
    private static readonly Picture Blue = TestPictures.Flat(8, 8, 0, 0, 255);

    private static GridSpec Spec(string title = "Seeds", string? footer = null)
        => Of(title, ["epoch 1", "epoch 2"], ["sea", "city", "room"], [[Red, Blue, Red], [Blue, Blue, Blue]], footer, 32);

    private static GridSpec Of(string title, string[] rows, string[] columns, Picture[][] pictures, string? footer, int cell)
        => new(title, rows, columns, (row, column) => pictures[row][column], footer, cell, cell);

    private static int Count(Picture picture, (int, int, int, int) color)
        => Enumerable.Range(0, picture.Width * picture.Height).Count(i => picture.At(i % picture.Width, i / picture.Width) == color);

    [Fact]
    public void Shows_every_picture_enlarged_to_its_cell()
    {
        var picture = Grid.Draw(Spec());
        Assert.Equal(2 * 32 * 32, Count(picture, (255, 0, 0, 255)));
        Assert.Equal(4 * 32 * 32, Count(picture, (0, 0, 255, 255)));
    }

    [Fact]
    public void Looks_as_it_did_to_the_bit()
        => Snapshot.Match(
            Grid.Draw(Of(
                "sail_kun: versions × 背景",
                ["base", "v01", "v02: 海と空の帆船"],
                ["beach", "夜空 night_sky"],
                [
                    [TestPictures.Colorful(16, 16), TestPictures.Disc(16, 200, 30, 30)],
                    [TestPictures.Flat(16, 16, 255, 255, 255), TestPictures.Flat(16, 16, 0, 0, 0)],
                    [TestPictures.Colorful(96, 96), TestPictures.Colorful(20, 12)],
                ],
                "seed 1 everywhere, Euler a, 20 steps, guidance 5, negative prompt \"worst quality, 低品質\"",
                48)),
            Exact);

    [Fact]
    public void Long_labels_look_as_they_did_to_the_bit()
        => Snapshot.Match(
            Grid.Draw(Of(
                "A title that goes on and on until it needs a second line of its own, and then a third one, and then there is no more room for it at all, whatever it says",
                ["<lora:sail_kun_v03:0.8>, beach, ocean, sand, day, sky, cloud", "吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。何でも薄暗いじめじめした所で泣いていた", "short"],
                ["a_very_long_tag_without_any_space_in_it_that_must_be_broken_somewhere", "帆", "two words"],
                [[Red, Blue, Red], [Blue, Red, Blue], [Red, Red, Blue]],
                "small print",
                96)),
            Exact);

    [Fact]
    public void Enlarges_by_whole_pixels_without_blur()
    {
        var checks = TestPictures.Of(8, 8, (x, y) => (x + y) % 2 == 0 ? (255, 0, 0, 255) : (0, 0, 255, 255));
        var picture = Grid.Draw(Of("Checks", ["a"], ["b"], [[checks]], null, 32));
        Assert.Equal(512, Count(picture, (255, 0, 0, 255)));
        Assert.Equal(512, Count(picture, (0, 0, 255, 255)));
    }

    [Fact]
    public void Pictures_keep_their_shape_in_cells_of_another()
    {
        Picture Cell(int width, int height) => Grid.Draw(Of("Shapes", ["a"], ["b"], [[TestPictures.Flat(width, height, 255, 0, 0)]], null, 32));
        Assert.Equal(32 * 16, Count(Cell(8, 4), (255, 0, 0, 255))); // enlarged
        Assert.Equal(32 * 16, Count(Cell(64, 32), (255, 0, 0, 255))); // shrunk
        Assert.Equal(20 * 12, Count(Cell(20, 12), (255, 0, 0, 255))); // as it is: twice would not fit
    }

    [Fact]
    public void Is_the_same_for_the_same_spec_and_differs_by_its_words()
    {
        Assert.Equal(Grid.Draw(Spec()).EncodePng(), Grid.Draw(Spec()).EncodePng());
        Assert.NotEqual(Grid.Draw(Spec()).Pixels, Grid.Draw(Spec("seeds")).Pixels);
    }

    [Fact]
    public void Grows_for_a_footer_and_a_long_title()
    {
        Assert.True(Grid.Draw(Spec(footer: "small print")).Height > Grid.Draw(Spec()).Height);
        Assert.True(Grid.Draw(Spec("A title much wider than three cells of pictures are")).Height > Grid.Draw(Spec()).Height);
    }

    [Fact]
    public void Column_labels_stay_above_their_column()
    {
        // Whatever the first says, not a pixel of the second changes.
        Picture Of(string label) => Grid.Draw(GridTests.Of("T", ["R"], [label, "B"], [[Red, Blue]], null, 96));
        var (other, full) = (Of("Another label, which also needs more lines than there is room for"), Of("A label that is far too long for a column of ninety-six pixels"));
        Assert.Equal((other.Width, other.Height), (full.Width, full.Height));
        for (var y = 0; y < full.Height; y++)
        {
            for (var x = full.Width - 16 - 96; x < full.Width - 16; x++)
                Assert.Equal(other.At(x, y), full.At(x, y));
        }
    }

    [Fact]
    public void Refuses_what_shows_nothing_or_is_too_much_for_one_page()
    {
        Assert.Throws<ArgumentException>(() => Grid.Draw(Spec() with { RowLabels = [] }));
        Assert.Throws<ArgumentException>(() => Grid.Draw(Spec() with { ColumnLabels = [] }));
        Assert.Throws<ArgumentException>(() => Grid.Draw(Spec() with { CellWidth = 2049 }));
        Assert.Throws<ArgumentException>(() => Grid.Draw(Spec() with { RowLabels = [.. Enumerable.Repeat("row", 1000)] }));
    }

    [Fact]
    public void A_page_asks_for_its_own_cells_alone_one_by_one()
    {
        var asked = new List<(int Row, int Column)>();
        var spec = new GridSpec("Long", [.. Enumerable.Range(0, 40).Select(i => $"row {i}")], ["a", "b"], (row, column) => Add(row, column), null, 64, 1024);
        var pages = spec.Layout.Pages();
        Assert.True(pages.Count > 1);
        for (var page = 0; page < pages.Count; page++)
        {
            asked.Clear();
            var picture = Grid.Draw(spec, page);
            var part = pages[page];
            Assert.True(picture.Width <= GridLayout.MaxSide && picture.Height <= GridLayout.MaxSide && (long)picture.Width * picture.Height <= GridLayout.MaxPixels);
            Assert.Equal(
                from row in Enumerable.Range(part.FirstRow, part.Rows) from column in Enumerable.Range(part.FirstColumn, part.Columns) select (row, column),
                asked);
        }

        Picture Add(int row, int column)
        {
            asked.Add((row, column));
            return Red;
        }
    }

    /// <summary>Counted is what is still reachable of the pictures that the grid was given, not what the process holds.</summary>
    [Fact]
    public void Holds_one_picture_at_a_time_whatever_the_number_of_cells()
    {
        var given = new List<WeakReference>();
        var most = 0;
        _ = Grid.Draw(new GridSpec("Many", [.. Enumerable.Range(0, 60).Select(i => $"{i}")], ["a", "b", "c", "d"], (_, _) => Next(), null, 16, 16));
        Assert.Equal(240, given.Count);
        Assert.InRange(most, 0, 2); // the one being drawn, and one that a register may still hold

        Picture Next()
        {
            if (given.Count % 20 == 19)
            {
                GC.Collect();
                most = Math.Max(most, given.Count(one => one.IsAlive));
            }

            var picture = TestPictures.Flat(16, 16, 1, 2, 3);
            given.Add(new WeakReference(picture));
            return picture;
        }
    }
}
