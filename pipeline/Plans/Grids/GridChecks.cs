using System.Globalization;
using Slipway.Pipeline.Plans.Axes;
using Slipway.Pipeline.Plans.Sections;
using Slipway.Pipeline.Plans.Versions;
using Slipway.Pipeline.Plans.Yaml;

namespace Slipway.Pipeline.Plans.Grids;

/// <summary>What is wrong with a grid beside the rest of what it is drawn from; every problem with the key that it stands at.</summary>
/// <param name="grid">The grid.</param>
/// <param name="evaluation">What holds where it says nothing.</param>
internal sealed class GridChecks(GridPlan grid, EvaluationPlan evaluation)
{
    /// <summary>The trained versions, by name.</summary>
    public IReadOnlyList<VersionPlan> Versions { get; init; } = [];

    /// <summary>Names of all versions and ensembles, in order, those too that could not be read.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>Names of all profiles, in which one that is not there is looked for.</summary>
    public IReadOnlyList<ProfileNames> NamesByProfile { get; init; } = [];

    /// <summary>Optimizer steps of a version, where the plan says so.</summary>
    public Func<VersionPlan, long?> StepsOf { get; init; } = _ => null;

    /// <summary>Whether there is a LoRA whose strength can be changed without a version.</summary>
    public bool HasLora { get; init; }

    /// <summary>The problems.</summary>
    public IReadOnlyList<(string Key, string What)> Run()
    {
        if (grid.X is null || evaluation.Prompts.Count == 0 || evaluation.Seeds.Count == 0)
            return [];
        (string, string)[] problems = [.. Kinds(), .. Named()];
        return problems.Length > 0 ? problems : [.. Saves(), .. Strengths(), .. Replaces(), .. Size()];
    }

    private IEnumerable<(string, string)> Kinds()
    {
        var kinds = new HashSet<AxisKind>();
        foreach (var (key, axis) in grid.Axes)
        {
            if (axis.Kind != AxisKind.Replace && !kinds.Add(axis.Kind))
                yield return (key, $"is an axis of `{axis.Kind.Name()}`, as another one is; leave one out.");
        }

        if (kinds.Contains(AxisKind.SavedEpoch) && kinds.Contains(AxisKind.SavedStep))
            yield return (KeyOf(AxisKind.SavedEpoch), "is an axis of `saved_epoch`, and another one is of `saved_step`; leave one out.");
        if (grid.Version is not null && kinds.Contains(AxisKind.Version))
            yield return ("version", "does nothing beside an axis of versions; leave it out.");
        if (grid.Prompt is not null && kinds.Contains(AxisKind.Prompt))
            yield return ("prompt", "does nothing beside an axis of prompts; leave it out.");
        if (grid.Seed is not null && kinds.Contains(AxisKind.Seed))
            yield return ("seed", "does nothing beside an axis of seeds; leave it out.");
    }

    private IEnumerable<(string, string)> Named()
    {
        string[] known = [PlanNames.Base, .. Names];
        if (grid.Version is { } one && !known.Contains(one))
            yield return ("version", $"names no version: `{one}`; {ProfileNames.Hint(one, known, NamesByProfile)}");
        foreach (var unknown in grid.AxisOf(AxisKind.Version)?.Values.Where(value => !known.Contains(value)) ?? [])
            yield return (KeyOf(AxisKind.Version), $"names no version: `{unknown}`; {ProfileNames.Hint(unknown, known, NamesByProfile)}");
    }

    private IEnumerable<(string, string)> Saves()
    {
        foreach (var (key, axis) in grid.Axes.Where(axis => axis.Axis.Kind is AxisKind.SavedStep or AxisKind.SavedEpoch))
        {
            var names = new GridCells(grid, evaluation, Names).Versions;
            if (names.Count == 0)
                yield return (key, "needs a version: name one with `version`, or have an axis of them.");
            foreach (var name in names)
            {
                // One that could not be read has its own problems.
                if (Versions.FirstOrDefault(version => version.Name == name) is { } version)
                {
                    foreach (var what in axis.Values.Select(value => Save(version, axis.Kind, value)).OfType<string>())
                        yield return (key, what);
                }
                else if (axis.Values.Any(value => value != AxisKinds.End))
                {
                    yield return (key, $"is about saves of a training, and `{name}` is none.");
                }
            }
        }
    }

    private string? Save(VersionPlan version, AxisKind kind, string value)
    {
        if (value == AxisKinds.End)
            return null;
        var isEpoch = kind == AxisKind.SavedEpoch;
        var (option, every, unit) = isEpoch
            ? ("save_every_n_epochs", version.Training.Saves.SaveEveryNEpochs, "epoch")
            : ("save_every_n_steps", version.Training.Saves.SaveEveryNSteps, "step");
        if (every is not { } each)
            return $"has {unit} {value}, and `{version.Name}` saves none; give it `{option}`.";
        var number = int.Parse(value, CultureInfo.InvariantCulture);
        if (number % each != 0)
            return $"has {unit} {value}, after which `{version.Name}` saves nothing: it saves after every {each} ({option}).";
        var last = isEpoch ? version.Training.MaxTrainSteps is null ? version.Training.MaxTrainEpochs : null : StepsOf(version);
        return last is { } end && number >= end ? $"has {unit} {value}, and `{version.Name}` ends after {end}; its own file is `{AxisKinds.End}`." : null;
    }

    private IEnumerable<(string, string)> Strengths()
    {
        if (!HasLora && grid.AxisOf(AxisKind.Strength) is not null && new GridCells(grid, evaluation, Names).Versions.Count == 0)
            yield return (KeyOf(AxisKind.Strength), "needs a version: name one with `version`, or have an axis of them. (The strength of a LoRA that the prompt names is changed with `replace`.)");
    }

    private IEnumerable<(string, string)> Replaces()
    {
        var cells = new GridCells(grid, evaluation, Names);
        string[] keys = [.. grid.Axes.Where(axis => axis.Axis.Kind == AxisKind.Replace).Select(axis => axis.Key)];
        var problem = cells.Prompts.Select(prompt => cells.Replacement.Problem(prompt, cells.Replaced)).FirstOrDefault(found => found is not null);
        if (problem is { } found)
            yield return (keys[found.Axis], $"{found.What}; the first entry is what is looked for.");
    }

    private IEnumerable<(string, string)> Size()
    {
        var cells = new GridCells(grid, evaluation, Names);
        var count = (long)cells.Rows * cells.Columns * cells.Pages;
        if (count > grid.MaxCells)
            yield return ("x", $"makes {count} cells with the other axes, each of them a picture to be drawn; take fewer entries, or allow as many with `max_cells: {count}`.");
    }

    private string KeyOf(AxisKind kind) => grid.Axes.First(axis => axis.Axis.Kind == kind).Key;
}
