using System.Globalization;
using Slipway.Pipeline.Plans.Axes;
using Slipway.Pipeline.Plans.Sections;
using Slipway.Pipeline.Plans.Yaml;

namespace Slipway.Pipeline.Plans.Grids;

/// <summary>The pictures of a grid: what each is drawn with.</summary>
/// <param name="grid">The grid, which has an x axis.</param>
/// <param name="evaluation">What holds where neither an axis nor the grid says anything.</param>
/// <param name="versions">Names of the versions and ensembles, in order.</param>
internal sealed class GridCells(GridPlan grid, EvaluationPlan evaluation, IReadOnlyList<string> versions)
{
    private readonly GridAxis[] _replaces = [.. grid.Axes.Select(axis => axis.Axis).Where(axis => axis.Kind == AxisKind.Replace)];

    /// <summary>Rows, at least one.</summary>
    public int Rows => grid.Y?.Values.Count ?? 1;

    /// <summary>Columns.</summary>
    public int Columns => grid.X!.Values.Count;

    /// <summary>Pages of the third axis, at least one.</summary>
    public int Pages => grid.Pages?.Values.Count ?? 1;

    /// <summary>The prompts before anything is replaced in them.</summary>
    public IReadOnlyList<string> Prompts => grid.AxisOf(AxisKind.Prompt) is { } axis ? [.. axis.Values.Select(PromptOf)] : [PromptOf(grid.Prompt ?? evaluation.Prompts[0].Kind)];

    /// <summary>What is replaced in them.</summary>
    public Replacement Replacement => new([.. _replaces.Select(axis => axis.Values[0])]);

    /// <summary>The entries that stand in its place, by axis.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Replaced => [.. _replaces.Select(axis => axis.Values)];

    /// <summary>The version where no axis names one; null: none.</summary>
    public string? Version =>
        grid.Version is { } named ? (named == PlanNames.Base ? null : named)
        : Prompts.Any(prompt => prompt.Contains("<lora:", StringComparison.Ordinal)) ? null
        : versions.Count == 0 ? null : versions[^1];

    /// <summary>Those whose LoRA is used, each once.</summary>
    public IReadOnlyList<string> Versions => grid.AxisOf(AxisKind.Version) is { } axis
        ? [.. axis.Values.Where(value => value != PlanNames.Base)]
        : Version is { } version ? [version] : [];

    /// <summary>All pictures, of each page each row; the label is the place, <c>page_row_column</c> from 1.</summary>
    public IEnumerable<(string Label, GridCell Cell)> All() =>
        from page in Enumerable.Range(0, Pages)
        from row in Enumerable.Range(0, Rows)
        from column in Enumerable.Range(0, Columns)
        select (string.Create(CultureInfo.InvariantCulture, $"{page + 1}_{row + 1}_{column + 1}"), At(page, row, column));

    /// <summary>The picture of a place.</summary>
    public GridCell At(int page, int row, int column)
    {
        (GridAxis? Axis, int Entry)[] places = [(grid.X, column), (grid.Y, row), (grid.Pages, page)];
        string? Value(AxisKind kind) => places.Where(place => place.Axis?.Kind == kind).Select(place => place.Axis!.Values[place.Entry]).FirstOrDefault();

        var version = Value(AxisKind.Version) is { } named ? (named == PlanNames.Base ? null : named) : Version;
        var prompt = Value(AxisKind.Prompt) is { } written ? PromptOf(written) : Prompts[0];
        var entries = grid.Axes.Select(axis => axis.Axis).Where(axis => axis.Kind == AxisKind.Replace)
            .Select(axis => axis.Values[places.First(place => ReferenceEquals(place.Axis, axis)).Entry]).ToArray();
        var sampling = evaluation.Sampling with { BatchSize = 1 };
        return new GridCell(
            version,
            version is null ? null : Saved(Value(AxisKind.SavedStep), isEpoch: false) ?? Saved(Value(AxisKind.SavedEpoch), isEpoch: true),
            Value(AxisKind.Strength) is { } strength ? double.Parse(strength, CultureInfo.InvariantCulture) : version is null ? 1 : evaluation.Multiplier,
            Replacement.Of(prompt, entries),
            Value(AxisKind.Seed) is { } seed ? long.Parse(seed, CultureInfo.InvariantCulture) : grid.Seed ?? evaluation.Seeds[0],
            sampling with
            {
                Sampler = Value(AxisKind.Sampler) ?? sampling.Sampler,
                Steps = Value(AxisKind.Steps) is { } steps ? int.Parse(steps, CultureInfo.InvariantCulture) : sampling.Steps,
                Guidance = Value(AxisKind.Guidance) is { } guidance ? double.Parse(guidance, CultureInfo.InvariantCulture) : sampling.Guidance,
            });
    }

    private string PromptOf(string written) => evaluation.Prompts.FirstOrDefault(prompt => prompt.Kind == written)?.Prompt ?? written;

    private static SavedAt? Saved(string? value, bool isEpoch) => value is null or AxisKinds.End ? null : new SavedAt(int.Parse(value, CultureInfo.InvariantCulture), isEpoch);
}
