using System.Globalization;
using Slipway.Engine.Jobs;
using Slipway.Engine.Options;
using Slipway.Imaging.Pictures;
using Slipway.Pipeline.Drawing;
using Slipway.Pipeline.Jobs;
using Slipway.Pipeline.Plans.Axes;
using Slipway.Pipeline.Plans.Grids;
using Slipway.Pipeline.Plans.Sections;

namespace Slipway.Pipeline.Graph;

/// <summary>
/// The grids by axes of a plan: a job for each picture that nothing else draws, and one for each grid. Pictures that two grids share, and those
/// of the evaluation's samples, are drawn once.
/// </summary>
internal sealed class PlanGrids(GraphDraft draft, PlanTrainings trainings)
{
    /// <summary>Name of the stage of a grid.</summary>
    public const string StageName = "Grid";

    private const string CellStage = "Cells";
    private readonly Dictionary<string, Input> _drawn = new(StringComparer.Ordinal);

    /// <summary>The evaluation's picture that is the same as a cell's; null where there is none.</summary>
    public required Func<GridCell, Input?> Sample { get; init; }

    private IReadOnlyList<string> Names => [.. draft.Plan.Versions.Select(version => version.Name), .. draft.Plan.Ensembles.Select(ensemble => ensemble.Name)];

    /// <summary>The stages, in order.</summary>
    /// <param name="made">The versions and ensembles that can be made; a grid of others waits until their folders are mended.</param>
    /// <exception cref="FileNotFoundException">A prompt names a LoRA that is not there.</exception>
    public IEnumerable<StageNode> Stages(IReadOnlySet<string> made)
    {
        foreach (var grid in draft.Plan.Evaluation.Grids)
        {
            var cells = new GridCells(grid, draft.Plan.Evaluation, Names);
            var all = cells.All().ToList();
            if (all.Any(one => one.Cell.Version is { } version && !made.Contains(version)))
                continue;
            var stage = StageNode.LabelOf(CellStage, grid.Name);
            var nodes = new List<JobNode>();
            var inputs = new List<NamedFile>();
            foreach (var (label, cell) in all)
                inputs.Add(new NamedFile(label, Picture(grid, cell, stage, label, nodes)));
            if (nodes.Count > 0)
                yield return new StageNode(CellStage, grid.Name, nodes) { Weight = nodes.Sum(node => ((DrawJob)node.Job).Sampling.Steps), Memory = draft.ModelMemory };
            yield return new StageNode(StageName, grid.Name, [Node(grid, inputs)]);
        }
    }

    private JobNode Node(GridPlan grid, IReadOnlyList<NamedFile> cells)
    {
        var side = grid.CellFor(draft.Plan.Resolution);
        var job = new GridJob($"{draft.Plan.Name} {grid.Name}", AxisLabels.Of(grid.X), AxisLabels.Of(grid.Y), AxisLabels.Of(grid.Pages), cells, side, side, grid.Format);
        return new JobNode(StageNode.LabelOf(StageName, grid.Name), grid.Name, job, [.. GridFile.Paths($"{draft.Plan.ArtifactsFolder}/grids/{grid.Name}{grid.Format.Extension()}", job.Outputs.Count)]);
    }

    private Input Picture(GridPlan grid, GridCell cell, string stage, string label, List<JobNode> nodes)
    {
        // Without a LoRA its strength and its saves are nothing.
        var same = string.Join('\n', cell.Version, cell.Saved, cell.Version is null ? 1 : cell.Strength, cell.Seed, cell.Sampling, cell.Prompt);
        if (_drawn.TryGetValue(same, out var known))
            return known;
        var named = LoraTag.Split(cell.Prompt).Tags;
        if (named.Count == 0 && Sample(cell) is { } sample)
            return _drawn[same] = sample;
        var size = draft.Plan.Evaluation.Prompts.FirstOrDefault(prompt => prompt.Prompt == cell.Prompt)?.Size ?? PictureSize.Square(draft.Plan.Resolution);
        var job = new DrawJob(draft.Model, draft.ModelName, cell.Prompt, cell.Seed, size.Width, cell.Sampling)
        {
            Height = size.Height == size.Width ? null : size.Height,
            VaeName = draft.Plan.VaeName,
            Loras = [.. cell.Version is { } version ? trainings.Drawn(version, cell.Saved, cell.Strength) : [], .. named.Select(tag => Named(grid, tag))],
        };
        var node = new JobNode(stage, label, job, [$"{draft.Plan.ArtifactsFolder}/grids/{grid.Name}/{label}.png"]);
        nodes.Add(node);
        return _drawn[same] = node.Output("image");
    }

    /// <summary>A LoRA that a prompt names: one of the plan's, a save of one, or a file in <c>models/lora</c>.</summary>
    private LoraInput Named(GridPlan grid, LoraTag tag)
    {
        foreach (var version in Names.Where(name => tag.Name.StartsWith($"{draft.Plan.Name}_{name}", StringComparison.Ordinal)))
        {
            var own = $"{draft.Plan.Name}_{version}";
            if (tag.Name == own)
                return trainings.Drawn(version, null, tag.Strength)[^1] with { UNetMultiplier = tag.UNet };
            if (Saved(own, tag.Name) is { } saved && draft.Plan.Versions.FirstOrDefault(one => one.Name == version)?.Training.Saves is { AreWanted: true })
                return trainings.Drawn(version, saved, tag.Strength)[^1] with { UNetMultiplier = tag.UNet };
        }

        if (LoraSearch.Find(Path.Combine(draft.Workspace, "models", "lora"), tag.Name) is { } path)
            return new LoraInput(tag.Name, new FileRef(Path.GetRelativePath(draft.Workspace, path).Replace('\\', '/'), "LoRA"), tag.Strength) { UNetMultiplier = tag.UNet };
        throw new FileNotFoundException(
            $"`evaluation.grids.{grid.Name}` has a prompt with {tag}, and there is no such LoRA, neither of the plan nor in models/lora; {NearestName.Hint(tag.Name, Names.Select(name => $"{draft.Plan.Name}_{name}"))}");
    }

    private static SavedAt? Saved(string own, string name)
    {
        var rest = name[own.Length..];
        if (rest.StartsWith("-step", StringComparison.Ordinal))
            return rest.Length == 13 && int.TryParse(rest[5..], NumberStyles.None, CultureInfo.InvariantCulture, out var step) ? new SavedAt(step, IsEpoch: false) : null;
        return rest.Length == 7 && rest[0] == '-' && int.TryParse(rest[1..], NumberStyles.None, CultureInfo.InvariantCulture, out var epoch) ? new SavedAt(epoch, IsEpoch: true) : null;
    }
}
