using Slipway.Diffusion.Model;
using Slipway.Diffusion.Text;
using Slipway.Engine.Caching;
using Slipway.Engine.Execution;
using Slipway.Engine.Jobs;
using Slipway.Pipeline.Drawing;
using Slipway.Pipeline.Graph;
using Slipway.Pipeline.Jobs;
using Slipway.Pipeline.Plans;
using Slipway.Pipeline.Plans.Datasets;
using Slipway.Pipeline.Plans.Sections;

namespace Slipway.Pipeline.Commands.Preflights;

/// <summary>Looks at what versions are about to learn, without making anything.</summary>
/// <param name="plan">The plan.</param>
/// <param name="graph">Its work.</param>
/// <param name="find">Where inputs are, as far as they are made.</param>
/// <param name="kept">Intermediate results by key.</param>
/// <param name="workspace">Full path of the plan's folder.</param>
internal sealed class TrainingPreflight(Plan plan, PlanGraph graph, Func<Input, JobInput> find, Func<ContentHash, string?> kept, string workspace)
{
    /// <summary>How long a version would take to train; null: not known.</summary>
    public Func<string, TimeSpan?> Time { get; init; } = _ => null;

    /// <param name="versions">Only these versions; null for all.</param>
    /// <param name="isLoaded">Whether a model is loaded already.</param>
    public Preflight Look(IReadOnlyList<string>? versions, bool isLoaded)
    {
        var (found, problems, equal) = (new List<VersionPreflight>(), new List<string>(), new List<VersionPreflight>());
        var tokenizer = new Lazy<ClipTokenizer?>(Tokenizer);
        var sizes = new PictureSizes(graph.Jobs.Stages, workspace);
        Func<Prompt, int> tokens = text => tokenizer.Value is { } known ? text.Pieces.Sum(piece => known.Tokenize(piece.Text).Length) : 0;
        foreach (var version in plan.Versions)
        {
            var isAsked = versions is null || versions.Contains(version.Name);
            if (!isAsked && !plan.EqualOptimizerSteps.Contains(version.Name))
                continue;
            try
            {
                var seen = new VersionPreflight(plan, version, graph.DatasetsOf(version), (TrainJob)graph.Lora(version.Name).Jobs[0].Job, sizes, find, tokens);
                found.AddRange(isAsked ? [seen] : []);
                equal.AddRange(plan.EqualOptimizerSteps.Contains(version.Name) ? [seen] : []);
            }
            catch (Exception exception) when (exception is InvalidDataException or FileNotFoundException or DirectoryNotFoundException)
            {
                problems.AddRange(isAsked ? [exception.Message] : []);
            }
        }

        if (found.Exists(version => version.Version.Datasets.Any(dataset => dataset.Source == DatasetSource.Composites)))
            problems.AddRange(PhotoOutlook.Problems(plan.Backgrounds, graph, find));
        problems.AddRange(Folders());
        problems.AddRange(Missing(found));
        IReadOnlyList<string> sources = isLoaded ? [] : [.. Sources(found, problems)];
        using var memory = new MemoryPreflight(Outline, plan.Device == "cuda", plan.Evaluation.Sampling.DecodePrecision == SamplingPlan.BFloat16, isLoaded);
        var preflight = Preflight.From(found, equal, problems, memory, Time);
        return preflight with { Lines = [.. sources, .. preflight.Lines] };
    }

    // Before the hour comes in which they are opened.
    private IEnumerable<string> Folders() =>
        from file in new[] { ("sprite", plan.Sprite), ("tagger", plan.Tagger.Model), ("tagger tags", plan.Tagger.Tags) }
        where Directory.Exists(Path.Combine(workspace, file.Item2))
        select $"The {file.Item1} '{file.Item2}' is a folder; a file is expected there.";

    // Of all that the trainings read, however far back.
    private IEnumerable<string> Missing(IReadOnlyList<VersionPreflight> versions) =>
        from file in graph.Jobs.Closure(versions.Select(version => graph.Lora(version.Version.Name))).SelectMany(stage => stage.Jobs).SelectMany(node => node.Inputs).OfType<FileRef>().DistinctBy(file => file.Path)
        let problem = Inputs.Problem(file, workspace)
        where problem is not null
        select graph.Jobs.Stages.FirstOrDefault(stage => stage is { Name: "Train", Version: not null } && stage.Jobs.Any(job => job.Paths.Contains(file.Path))) is { } maker
            ? $"The {file.What} '{file.Path}' does not exist yet: `{maker.Label}` of this plan makes it, and no version waits for it; run --target=Train-{maker.Version} first."
            : problem;

    // What composites are made of, where any are learned from.
    private IEnumerable<string> Sources(IReadOnlyList<VersionPreflight> versions, List<string> problems)
    {
        var sources = versions.SelectMany(version => version.Version.Datasets).Select(dataset => dataset.Source).ToHashSet();
        if (sources.Contains(DatasetSource.Composites) || sources.Contains(DatasetSource.Sprite))
        {
            foreach (var line in SpriteLines(problems))
                yield return line;
        }

        if (sources.Contains(DatasetSource.Composites))
        {
            foreach (var line in PhotoOutlook.Lines(plan.Backgrounds, workspace, graph, find))
                yield return line;
            var list = Path.Combine(workspace, plan.Tagger.Tags);
            foreach (var line in TagRules.WithoutTag(plan.Tags, list).Concat(TagRules.WithoutPicture(plan.Tags, Captions(), list, find, kept)))
                yield return line;
        }
    }

    // Of composites that are learned from; the same picture has one caption whatever the dataset.
    private IReadOnlyList<TagJob> Captions() =>
        [.. graph.Stages(PipelineStage.Tags, null).Where(stage => stage.Name == "Tags").SelectMany(stage => stage.Jobs).Select(node => node.Job).OfType<TagJob>().Where(job => job.Caption is null).DistinctBy(job => job.Picture)];

    // One that is not there is among the files that are missing.
    private IReadOnlyList<string> SpriteLines(List<string> problems)
    {
        if (Inputs.Problem(graph.Sprite, workspace) is not null)
            return [];
        var drawn = graph.Jobs.Stages.SelectMany(stage => stage.Jobs).Where(node => node.Job is DrawJob).ToDictionary(node => node.Id, node => (DrawJob)node.Job, StringComparer.Ordinal);
        var composites = graph.Jobs.Stages.Where(stage => stage.Name == "Composites").SelectMany(stage => stage.Jobs).Select(node => node.Job).OfType<CompositeJob>();
        try
        {
            return SpriteOutlook.Lines(Path.Combine(workspace, plan.Sprite), plan.Sprite, plan.ColorProfiles, [.. composites.Select(job => (job, Size(job, drawn)))]);
        }
        catch (InvalidDataException exception)
        {
            problems.Add(exception.Message);
            return [];
        }
    }

    // Of a drawn background as its drawing says, of a photo as it is cut.
    private PictureSize Size(CompositeJob job, Dictionary<string, DrawJob> drawn) =>
        job.Size ?? (job.Background is Ref made && drawn.TryGetValue(made.Job, out var draw) ? new PictureSize(draw.Resolution, draw.Height ?? draw.Resolution) : PictureSize.Square(plan.Resolution));

    // A model without one is told by who loads it.
    private ClipTokenizer? Tokenizer()
    {
        try
        {
            return ModelLoader.Tokenizer(Path.Combine(workspace, plan.BaseModel), plan.Tokenizer is null ? null : Path.Combine(workspace, plan.Tokenizer));
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException)
        {
            return null;
        }
    }

    private SdxlModel Outline() => ModelLoader.Outline(
        Path.Combine(workspace, plan.BaseModel), plan.Tokenizer is null ? null : Path.Combine(workspace, plan.Tokenizer), plan.MixedPrecision,
        plan.Model.Overrides(plan.Vae is null ? null : Path.Combine(workspace, plan.Vae)));
}
