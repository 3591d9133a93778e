using FsCheck;
using FsCheck.Fluent;
using Slipway.Imaging.Grids;

namespace Slipway.Imaging.Tests.Grids;

public sealed class GridLayoutTests
{
    [Fact]
    public void A_small_grid_is_one_page()
        => Assert.Equal([new GridPart(0, 4, 0, 11)], new GridLayout(4, 11, 192, 192).Pages());

    [Fact]
    public void Pages_are_filled_evenly()
        => Assert.Equal([new GridPart(0, 30, 0, 2), new GridPart(30, 30, 0, 2), new GridPart(60, 30, 0, 2)], new GridLayout(90, 2, 256, 512).Pages());

    [Fact]
    public void Refuses_a_grid_without_cells_and_cells_beyond_the_limit()
    {
        Assert.Throws<ArgumentException>(() => new GridLayout(0, 1, 8, 8).Pages());
        Assert.Throws<ArgumentException>(() => new GridLayout(1, 0, 8, 8).Pages());
        Assert.Throws<ArgumentException>(() => new GridLayout(1, 1, 0, 8).Pages());
        Assert.Throws<ArgumentException>(() => new GridLayout(1, 1, 8, GridLayout.MaxCell + 1).Pages());
    }

    [Fact]
    public void Every_cell_is_on_one_page_and_every_page_is_within_the_limits()
    {
        var number = Gen.Choose(1, 300);
        var side = Gen.Frequency((3, Gen.Choose(1, 300)), (1, Gen.Choose(301, GridLayout.MaxCell)));
        Prop.ForAll((from rows in number from columns in number from width in side from height in side select new GridLayout(rows, columns, width, height)).ToArbitrary(), layout =>
        {
            var (cells, twice) = (0, 0);
            var seen = new bool[layout.Rows, layout.Columns];
            foreach (var part in layout.Pages())
            {
                long across = 48 + 280 + (part.Columns * (layout.CellWidth + 4));
                long down = 400 + (part.Rows * (layout.CellHeight + 4));
                Assert.True(part is { Rows: > 0, Columns: > 0 });
                Assert.True(across <= GridLayout.MaxSide && down <= GridLayout.MaxSide && across * down <= GridLayout.MaxPixels, $"{across} × {down}");
                for (var row = part.FirstRow; row < part.FirstRow + part.Rows; row++)
                {
                    for (var column = part.FirstColumn; column < part.FirstColumn + part.Columns; column++)
                    {
                        cells++;
                        twice += seen[row, column] ? 1 : 0;
                        seen[row, column] = true;
                    }
                }
            }

            Assert.Equal((layout.Rows * layout.Columns, 0), (cells, twice));
        }).QuickCheckThrowOnFailure();
    }
}
