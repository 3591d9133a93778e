using Slipway.Engine.Options;
using Slipway.Imaging.Grids;
using Slipway.Imaging.Pictures;
using Slipway.Pipeline.Plans.Yaml;

namespace Slipway.Pipeline.Plans.Axes;

/// <summary>A grid whose pictures differ along two axes, and from page to page along a third.</summary>
public sealed record GridPlan
{
    /// <summary>Cells that a grid may have where the plan does not say more.</summary>
    public const int UsualCells = 400;

    /// <summary>Its options.</summary>
    public static OptionTable<GridPlan> Declared { get; } = new(option =>
    [
        Axis("x", "What changes from column to column: version, saved_step, saved_epoch, strength, prompt, replace, seed, sampler, steps or guidance, and its entries, as a list or as the web UIs write them.", o => o.X, (o, v) => o with { X = v }) with { Otherwise = "must be given" },
        Axis("y", "What changes from row to row.", o => o.Y, (o, v) => o with { Y = v }) with { Otherwise = "one row" },
        Axis("pages", "What changes from page to page.", o => o.Pages, (o, v) => o with { Pages = v }) with { Otherwise = "one page" },
        option.Of<string?>("version", new Text()!, o => o.Version, (o, v) => o with { Version = v }) with { Says = "The LoRA where no axis names one: a version, an ensemble, or `base` for none.", Otherwise = "the last version, or none where the prompt names LoRAs" },
        option.Of<string?>("prompt", new Text()!, o => o.Prompt, (o, v) => o with { Prompt = v }) with { Says = "The prompt where no axis gives one: a kind of background of the evaluation, or any text, which may name LoRAs as `<lora:NAME:0.8>`.", Otherwise = "the evaluation's first" },
        option.Whole("seed", o => o.Seed, (o, v) => o with { Seed = v }, 0, uint.MaxValue) with { Says = "The seed where no axis gives one.", Otherwise = "the evaluation's first" },
        option.Of("format", FormatWords, o => o.Format, (o, v) => o with { Format = v }) with { Says = "What the grid is written as; jpg and webp are smaller and not exact." },
        option.Whole("cell", o => o.Cell, (o, v) => o with { Cell = v }, 16, GridLayout.MaxCell) with { Says = "Longest side of a picture in the grid, in pixels.", Otherwise = "the pictures' own, from 192 to 512" },
        option.Whole("max_cells", o => o.MaxCells, (o, v) => o with { MaxCells = v }, 1, 1_000_000) with { Says = "The grid is refused where it has more cells, each of which is a picture to be drawn." },
    ]);

    private static Kind<PictureFormat> FormatWords => new Mapped<string, PictureFormat>(
        new Word(PictureFormats.Names), word => (PictureFormat)PictureFormats.Names.ToList().IndexOf(word), format => PictureFormats.Names[(int)format]);

    /// <summary>Its name, and its file's.</summary>
    public string Name { get; init; } = "";

    /// <summary>From column to column; null only in a plan that is refused.</summary>
    public GridAxis? X { get; init; }

    /// <summary>From row to row; null: there is one.</summary>
    public GridAxis? Y { get; init; }

    /// <summary>From page to page; null: there is one.</summary>
    public GridAxis? Pages { get; init; }

    /// <summary>The LoRA where no axis names one; null: the last version, or none where the prompt names LoRAs.</summary>
    public string? Version { get; init; }

    /// <summary>The prompt where no axis gives one, or its kind; null: the evaluation's first.</summary>
    public string? Prompt { get; init; }

    /// <summary>The seed where no axis gives one; null: the evaluation's first.</summary>
    public long? Seed { get; init; }

    /// <summary>What the grid is written as.</summary>
    public PictureFormat Format { get; init; }

    /// <summary>Longest side of a picture in the grid, in pixels; null: the pictures' own, from 192 to 512.</summary>
    public int? Cell { get; init; }

    /// <summary>More cells are refused.</summary>
    public int MaxCells { get; init; } = UsualCells;

    /// <summary>The axes that there are, with their keys.</summary>
    internal IEnumerable<(string Key, GridAxis Axis)> Axes => new[] { ("x", X), ("y", Y), ("pages", Pages) }.Where(axis => axis.Item2 is not null).Select(axis => (axis.Item1, axis.Item2!));

    /// <summary>The axis of a kind; null where there is none.</summary>
    internal GridAxis? AxisOf(AxisKind kind) => Axes.Select(axis => axis.Axis).FirstOrDefault(axis => axis.Kind == kind);

    /// <summary>Side of a cell for pictures of a side, in pixels: small ones are enlarged by whole pixels.</summary>
    internal int CellFor(int side) => Cell ?? (side >= 512 ? 512 : side >= 192 ? side : side * Math.Max(1, 192 / side));

    /// <summary>Reads a grid for itself; what it names is looked at by <c>GridChecks</c>.</summary>
    internal static GridPlan Read(string name, MappingReader reader)
    {
        var plan = reader.Read(Declared, new GridPlan { Name = name });
        if (reader.IsUnset("x"))
            reader.Missing("x", "an axis and its entries, such as `x: { seed: 1-4 }`");
        reader.Finish();
        return plan;
    }

    private static Option<GridPlan> Axis(string key, string says, Func<GridPlan, GridAxis?> get, Func<GridPlan, GridAxis?, GridPlan> with) =>
        new Declarations<GridPlan>().Of(key, new AxisValue(), get, with) with { Says = says };
}
