using System.Globalization;
using Slipway.Engine.Jobs;
using Slipway.Imaging.Compositing;
using Slipway.Imaging.Grids;
using Slipway.Imaging.Measuring;
using Slipway.Imaging.Pictures;
using Slipway.Pipeline.Plans.Sections;

namespace Slipway.Pipeline.Jobs;

/// <summary>
/// Grids and figures across versions: <c>evaluation.json</c>, a grid of all versions (a row a version, strength 0 first; a column a
/// background), one grid a version with all seeds, and where a table is asked for, the first with few backgrounds.
/// </summary>
/// <param name="Name">The plan's name, above the grids.</param>
/// <param name="Sprite">The mascot, which is looked for.</param>
/// <param name="Tagger">Looks for the backgrounds.</param>
/// <param name="Versions">The samples of each version, those of the base model first.</param>
/// <param name="Kinds">The kinds of background, in the order of the samples.</param>
/// <param name="Seeds">The seeds of each.</param>
/// <param name="Sampling">How they were drawn, below the grids.</param>
/// <param name="HasFewGrid">Whether there is a grid for a table.</param>
public sealed record EvaluateJob(
    string Name, FileRef Sprite, [property: Inline] TaggerFiles Tagger, [property: Inline] IReadOnlyList<VersionSamples> Versions, IReadOnlyList<string> Kinds, IReadOnlyList<long> Seeds, [property: Inline] SamplingPlan Sampling, bool HasFewGrid) : IJob
{
    private const int CellSize = 192;
    private const int FewBackgrounds = 5;

    /// <inheritdoc/>
    public JobKind Kind { get; } = new("Evaluate", 9);

    /// <inheritdoc/>
    public IReadOnlyList<string> Environment => [EnvironmentGroups.Skia, .. Tagger.Environment];

    /// <inheritdoc/>
    public IReadOnlyList<JobOutput> Outputs =>
    [
        new("evaluation"),
        .. GridFile.Outputs("versions", VersionsLayout),
        .. Versions.SelectMany(version => GridFile.Outputs(GridOf(version.Name), VersionLayout)),
        .. HasFewGrid ? [new JobOutput("few")] : Array.Empty<JobOutput>(),
    ];

    /// <summary>Pages of the grid of all versions.</summary>
    internal GridLayout VersionsLayout => new(Versions.Count, Kinds.Count, CellSize, CellSize);

    /// <summary>Pages of a version's grid.</summary>
    internal GridLayout VersionLayout => new(Seeds.Count, Kinds.Count, CellSize, CellSize);

    /// <summary>Its prompts, in the order of the kinds.</summary>
    public IReadOnlyList<string> Prompts { get; init; } = [];

    /// <summary>The prompts without the trigger word, by kind; without those of which nothing is left.</summary>
    public IReadOnlyList<PromptPlan> Untriggered { get; init; } = [];

    /// <summary>The seeds of those.</summary>
    public IReadOnlyList<long> UntriggeredSeeds { get; init; } = [];

    /// <summary>How composites have the mascot: so it is looked for.</summary>
    [Inline]
    public CompositeOptions Composites { get; init; } = new();

    /// <summary>Pictures without the mascot, on which its measure is calibrated beside those that are drawn for it.</summary>
    public IReadOnlyList<NamedFile> Scenes { get; init; } = [];

    /// <summary>What the versions saved on the way, of the first seed alone.</summary>
    public IReadOnlyList<StepSamples> Saved { get; init; } = [];

    /// <summary>In whose embedding the pictures are compared too; null: in none.</summary>
    public EncoderFiles? Encoder { get; init; }

    /// <summary>From which probability a tag of the prompt is found.</summary>
    public double TagThreshold { get; init; } = 0.35;

    /// <summary>What becomes of a colour profile in the sprite and in what was learned from.</summary>
    public ColorProfiles Profiles { get; init; }

    /// <inheritdoc/>
    public void Run(JobIo io)
    {
        var sprite = Picture.Load(io.PathOf(Sprite), Profiles);
        var scenes = new PictureFiles([.. Scenes.Select(scene => io.PathOf(scene.File))], Profiles);
        var pictures = Versions.Select(version => (version.Name, Pictures: new PictureFiles([.. version.Pictures.Select(picture => io.PathOf(picture.File))]))).ToArray();
        // Where a plan has no backgrounds the base model's own pictures are some.
        using var embedding = Encoder is null ? null : new EmbeddingMeter(Encoder.Open(io), sprite, Composites, scenes.Count > 0 ? scenes : pictures[0].Pictures);
        var meter = new SampleMeter(new MascotMeter(sprite, Composites, scenes), Tagger.Open(io), TagThreshold) { Embedding = embedding };
        var measured = new List<MeasuredVersion>();
        foreach (var (version, (_, list)) in Versions.Zip(pictures))
        {
            io.Cancellation.ThrowIfCancellationRequested();
            measured.Add(Measure(io, meter, version, list));
            io.Report(measured.Count, Versions.Count, version.Name);
        }

        io.WriteText("evaluation", Evaluation.Of(meter.Mascot, measured, [.. Saved.Select(step => Measure(io, meter, step, measured))]).ToJson());
        GridFile.Save(io, "versions", VersionsGrid([.. Enumerable.Range(0, Kinds.Count)], pictures));
        foreach (var (version, list) in pictures)
            GridFile.Save(io, GridOf(version), VersionGrid(version, list));
        if (HasFewGrid)
        {
            var few = Math.Min(FewBackgrounds, Kinds.Count);
            Grid.Draw(VersionsGrid([.. Enumerable.Range(0, few).Select(i => i * Kinds.Count / few)], pictures)).SavePng(io.Output("few"));
        }
    }

    private MeasuredVersion Measure(JobIo io, SampleMeter meter, VersionSamples version, PictureFiles pictures)
    {
        var measured = meter.Measure(pictures.Select((picture, i) => new PictureToMeasure(picture, Kinds[i / Seeds.Count], Prompts.ElementAtOrDefault(i / Seeds.Count))));
        return new MeasuredVersion(
            version.Name,
            [.. measured.Select((picture, i) => new MeasuredSample(Kinds[i / Seeds.Count], Seeds[i % Seeds.Count], $"samples/{version.Name}/{version.Pictures[i].Name}.png", picture))],
            [.. version.Untriggered.Select((file, i) => LoadUntriggered(io, meter, version.Name, file, i))],
            [.. version.Learned.Select(file => PictureDistance.Small(Picture.Load(io.PathOf(file.File), Profiles).Flatten(255, 255, 255)))]);
    }

    /// <summary>A save, as if its pictures were its version's and there were the first seed alone.</summary>
    private MeasuredStep Measure(JobIo io, SampleMeter meter, StepSamples step, IReadOnlyList<MeasuredVersion> versions)
    {
        io.Cancellation.ThrowIfCancellationRequested();
        var first = this with { Seeds = [Seeds[0]], UntriggeredSeeds = [Seeds[0]] };
        var samples = new VersionSamples(step.Version, step.Pictures) { Untriggered = step.Untriggered };
        var measured = first.Measure(io, meter, samples, new PictureFiles([.. step.Pictures.Select(picture => io.PathOf(picture.File))])) with { Learned = versions.First(version => version.Name == step.Version).Learned };
        return new MeasuredStep(StepSamples.StepOf(io.PathOf(step.Lora)), measured);
    }

    private UntriggeredSample LoadUntriggered(JobIo io, SampleMeter meter, string version, NamedFile file, int number)
    {
        var picture = Picture.Load(io.PathOf(file.File));
        return new UntriggeredSample(
            Untriggered[number / UntriggeredSeeds.Count].Kind, UntriggeredSeeds[number % UntriggeredSeeds.Count], $"drift/{version}/{file.Name}.png", PictureDistance.Small(picture), meter.Presence(picture))
        {
            Embedded = meter.Embed(picture),
        };
    }

    private static string GridOf(string version) => $"grid of {version}";

    /// <summary>A row a version, a column a background, of the first seed.</summary>
    private GridSpec VersionsGrid(int[] columns, IReadOnlyList<(string Version, PictureFiles Pictures)> versions) => new(
        $"{Name}: versions × backgrounds",
        [.. versions.Select(version => version.Version)],
        [.. columns.Select(column => Kinds[column])],
        (row, column) => versions[row].Pictures[columns[column] * Seeds.Count],
        $"seed {Seeds[0]} everywhere, {Footer()}",
        CellSize,
        CellSize);

    private GridSpec VersionGrid(string version, PictureFiles pictures) => new(
        $"{Name} {version}",
        [.. Seeds.Select(seed => $"seed {seed}")],
        Kinds,
        (row, column) => pictures[(column * Seeds.Count) + row],
        Footer(),
        CellSize,
        CellSize);

    private string Footer() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Sampling.Sampler}, {Sampling.Steps} steps, guidance {Sampling.Guidance}, negative prompt \"{Sampling.NegativePrompt}\"");
}

/// <summary>The sample pictures of a version.</summary>
/// <param name="Name">Name of the version, or <c>base</c>.</param>
/// <param name="Pictures">For each kind of background each seed.</param>
public sealed record VersionSamples([property: NotInKey("It is the label, by which the key knows the version.")] string Name, IReadOnlyList<NamedFile> Pictures) : ILabelled
{
    /// <inheritdoc/>
    public string Label => Name;

    /// <summary>Pictures of the prompts without the trigger word: for each kind each of their seeds.</summary>
    public IReadOnlyList<NamedFile> Untriggered { get; init; } = [];

    /// <summary>What it has learned from, or some of it.</summary>
    public IReadOnlyList<NamedFile> Learned { get; init; } = [];
}
