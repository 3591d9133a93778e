using Slipway.Diffusion.Memory;
using Slipway.Engine.Caching;
using Slipway.Engine.Execution;
using Slipway.Engine.Files;
using Slipway.Engine.Jobs;
using Slipway.Imaging.Pictures;
using Slipway.Pipeline.Commands.Sampling;
using Slipway.Pipeline.Drawing;
using Slipway.Pipeline.Graph;
using Slipway.Pipeline.Jobs;
using Slipway.Pipeline.Plans;
using Slipway.Pipeline.Plans.Axes;
using Slipway.Pipeline.Plans.Grids;
using Slipway.Pipeline.Plans.Sections;
using Slipway.Pipeline.Plans.Yaml;

namespace Slipway.Pipeline.Runs;

/// <summary>
/// Draws a grid by axes outside the plan: <c>--target=Sample --x=…</c>. Each picture is a job of its own, kept in the cache: one more entry costs
/// its own pictures.
/// </summary>
/// <param name="folder">Where the user stands: paths of options are relative to it.</param>
/// <param name="workspace">The plan's folder, with the cache.</param>
/// <param name="request">What is asked for.</param>
/// <param name="plan">Gives the base model, device, precision, threads and versions; null where the request names a model.</param>
/// <param name="device"><c>cpu</c> or <c>cuda</c>; null: the plan's, else <c>cpu</c>.</param>
public sealed class SampleGridRun(string folder, string workspace, SampleRequest request, Plan? plan, string? device)
{
    private const string Profile = "sample";

    private IReadOnlyList<string> Names => plan is null ? [] : [.. plan.Versions.Select(version => version.Name), .. plan.Ensembles.Select(ensemble => ensemble.Name)];

    /// <summary>Draws what is not drawn yet, and writes the pages.</summary>
    /// <param name="progress">Hears how far it is.</param>
    /// <param name="cancel">Asks it to stop.</param>
    /// <returns>Full paths of the pages.</returns>
    /// <exception cref="ArgumentException">Something asked for cannot be.</exception>
    /// <exception cref="FileNotFoundException">There is no such model or LoRA.</exception>
    public async Task<IReadOnlyList<string>> RunAsync(IProgressSink progress, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(progress);
        var (grid, evaluation) = (Grid(), Evaluation());
        Refuse(grid, evaluation);
        var path = SampleRun.ModelPath(folder, workspace, request, plan);
        var model = BaseModel.List(Model(path), workspace);
        var place = $"{Cache.FolderName}/sample/{ContentHash.Of($"{request} {Environment.ProcessId}").ToString()[..16]}";
        var graph = Graph(grid, new GridCells(grid, evaluation, Names), model, path, place);
        using var cache = plan is null ? SharedCache.Open(workspace, progress.Warn, Profile) : SharedCache.Open(workspace, progress.Warn, Profile, plan.Cache);
        var work = Path.Combine(cache.Workspace, place);
        try
        {
            using var run = new GraphRun(graph, cache, new LockFile(Path.Combine(work, "lock.yaml")), new RunOptions
            {
                Profile = Profile,
                Salt = plan?.Salt ?? "",
                Facts = Facts.Read(),
                FreeMemory = () => DeviceMemory.Free(cuda: false),
            }, new RunLog(progress));
            await run.RunAsync(graph.Stages, cancel);
            return Copy(graph.Stages[^1].Jobs[0].Paths);
        }
        finally
        {
            if (Directory.Exists(work))
                Directory.Delete(work, recursive: true);
        }
    }

    private GridPlan Grid() => new()
    {
        Name = Path.GetFileNameWithoutExtension(request.Out),
        X = request.X,
        Y = request.Y,
        Pages = request.Pages,
        Version = new[] { request.X, request.Y, request.Pages }.Any(axis => axis?.Kind == AxisKind.Version) ? null : PlanNames.Base,
        Format = PictureFormats.Of(request.Out) ?? PictureFormat.Png,
        MaxCells = request.MaxCells,
    };

    private EvaluationPlan Evaluation() => new()
    {
        Prompts = [new PromptPlan("--prompt", request.Prompt)],
        Seeds = [request.Seed],
        Sampling = request.Sampling,
    };

    private void Refuse(GridPlan grid, EvaluationPlan evaluation)
    {
        var checks = new GridChecks(grid, evaluation)
        {
            Versions = plan?.Versions ?? [],
            Names = Names,
            NamesByProfile = plan?.NamesByProfile ?? [],
            StepsOf = version => version.OptimizerSteps(plan!.Backgrounds.Known, plan.Regularisation?.Count ?? 0),
            HasLora = request.Loras.Count > 0,
        };
        var problems = checks.Run();
        if (problems.Count > 0)
            throw new ArgumentException(string.Join(' ', problems.Select(problem => $"--{problem.Key} {problem.What.Replace("`max_cells: ", "`--max-cells=", StringComparison.Ordinal)}")));
        if (request.Width is null && request.Model is not null)
            throw new ArgumentException("A grid needs --width=PIXELS where --model names a model: the plan's resolution is its own model's.");
    }

    private Plan Model(string path)
    {
        var companions = SampleRun.Companions(folder, workspace, path, request, plan);
        return (plan ?? new Plan { Device = device ?? "cpu", MixedPrecision = device == "cuda" ? "bf16" : "no" }) with { BaseModel = path, Tokenizer = companions, Vae = request.Model is null ? plan?.Vae : null, Model = request.Model is null && plan is not null ? plan.Model : new() };
    }

    private JobGraph Graph(GridPlan grid, GridCells cells, ModelUse model, string path, string place)
    {
        var loras = new LoraFolders(folder, workspace, plan?.ArtifactsFolder, path);
        var (width, height) = (request.Width ?? plan!.Resolution, request.Height ?? request.Width ?? plan!.Resolution);
        var nodes = new Dictionary<GridCell, JobNode>();
        var pictures = new List<NamedFile>();
        foreach (var (label, cell) in cells.All())
        {
            if (!nodes.TryGetValue(cell, out var node))
            {
                var job = new DrawJob(model, ModelHash.NameOf(path), cell.Prompt, cell.Seed, width, cell.Sampling)
                {
                    Height = height == width ? null : height,
                    VaeName = request.Model is null ? plan?.VaeName : null,
                    Spacing = request.Spacing,
                    Loras = [.. LorasOf(cell, loras)],
                };
                nodes[cell] = node = new JobNode("Cells", label, job, [$"{place}/cells/{label}.png"]);
            }

            pictures.Add(new NamedFile(label, node.Output("image")));
        }

        var scale = Math.Min(1.0, 512.0 / Math.Max(width, height));
        var enlarged = Math.Max(1, 192 / Math.Max(width, height));
        var pages = new GridJob(
            grid.Name, AxisLabels.Of(grid.X), AxisLabels.Of(grid.Y), AxisLabels.Of(grid.Pages), pictures, Math.Max(1, (int)(width * scale)) * enlarged, Math.Max(1, (int)(height * scale)) * enlarged, grid.Format);
        return new JobGraph(
        [
            new StageNode("Cells", null, [.. nodes.Values]),
            new StageNode("Grid", null, [new JobNode("Grid", "grid", pages, [.. Enumerable.Range(1, pages.Outputs.Count).Select(number => $"{place}/{number}{grid.Format.Extension()}")])]),
        ]);
    }

    /// <summary>The version's, those of the options, and those that the prompt names.</summary>
    private IEnumerable<LoraInput> LorasOf(GridCell cell, LoraFolders loras)
    {
        if (cell.Version is { } version)
        {
            var name = $"{plan!.Name}_{version}";
            var tag = new LoraTag(cell.Saved?.NameOf(name) ?? name, cell.Strength);
            yield return cell.Saved is null
                ? Input(loras.Find(tag))
                : Input(new LoraUse(tag, Path.Combine(workspace, plan.ArtifactsFolder, "lora", $"{name}_saves", $"{tag.Name}.safetensors")));
        }

        var changes = cell.Version is null && new[] { request.X, request.Y, request.Pages }.Any(axis => axis?.Kind == AxisKind.Strength);
        foreach (var lora in request.Loras.Select(text => loras.FindOption(LoraTag.ReadOption(text))))
            yield return Input(changes ? lora with { Tag = lora.Tag with { Strength = cell.Strength, UNet = null } } : lora);
        foreach (var tag in LoraTag.Split(cell.Prompt).Tags)
            yield return Input(loras.Find(tag));
    }

    private LoraInput Input(LoraUse lora)
    {
        var inside = Path.GetRelativePath(workspace, lora.Path);
        return new LoraInput(lora.Tag.Name, new FileRef(inside.StartsWith("..", StringComparison.Ordinal) ? lora.Path : inside.Replace('\\', '/'), "LoRA"), lora.Tag.Strength) { UNetMultiplier = lora.Tag.UNet };
    }

    private List<string> Copy(IReadOnlyList<string> pages)
    {
        var path = Path.GetFullPath(request.Out, folder);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        List<string> copies = [.. GridFile.Paths(path, pages.Count)];
        foreach (var (page, copy) in pages.Zip(copies))
            CopiedFile.Make(Path.Combine(workspace, page), copy, overwrite: true);
        return copies;
    }
}
