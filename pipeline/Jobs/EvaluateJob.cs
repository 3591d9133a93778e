using System.Globalization;
using Slipway.Engine.Jobs;
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
    public JobKind Kind { get; } = new("Evaluate", 5);

    /// <inheritdoc/>
    public IReadOnlyList<string> Environment => [EnvironmentGroups.Skia, EnvironmentGroups.Onnx];

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

    /// <inheritdoc/>
    public void Run(JobIo io)
    {
        var detector = new MascotDetector(Picture.Load(io.PathOf(Sprite)));
        var tagger = Tagger.Open(io);
        var pictures = Versions.Select(version => (version.Name, Pictures: Load(io, version))).ToArray();
        var measures = new List<SampleMeasures>();
        foreach (var (version, list) in pictures)
        {
            io.Cancellation.ThrowIfCancellationRequested();
            measures.AddRange(Evaluation.Measure(version, list, tagger, detector));
        }

        io.WriteText("evaluation", Evaluation.Of(measures).ToJson());
        GridFile.Save(io, "versions", VersionsGrid([.. Enumerable.Range(0, Kinds.Count)], pictures));
        foreach (var (version, list) in pictures)
            GridFile.Save(io, GridOf(version), VersionGrid(version, [.. list.Select(item => item.Picture)]));
        if (HasFewGrid)
        {
            var few = Math.Min(FewBackgrounds, Kinds.Count);
            Grid.Draw(VersionsGrid([.. Enumerable.Range(0, few).Select(i => i * Kinds.Count / few)], pictures)).SavePng(io.Output("few"));
        }
    }

    private static string GridOf(string version) => $"grid of {version}";

    /// <summary>A row a version, a column a background, of the first seed.</summary>
    private GridSpec VersionsGrid(int[] columns, IReadOnlyList<(string Version, (string Kind, long Seed, string File, Picture Picture)[] Pictures)> versions) => new(
        $"{Name}: versions × backgrounds",
        [.. versions.Select(version => version.Version)],
        [.. columns.Select(column => Kinds[column])],
        (row, column) => versions[row].Pictures[columns[column] * Seeds.Count].Picture,
        $"seed {Seeds[0]} everywhere, {Footer()}",
        CellSize,
        CellSize);

    private GridSpec VersionGrid(string version, Picture[] pictures) => new(
        $"{Name} {version}",
        [.. Seeds.Select(seed => $"seed {seed}")],
        Kinds,
        (row, column) => pictures[(column * Seeds.Count) + row],
        Footer(),
        CellSize,
        CellSize);

    private (string Kind, long Seed, string File, Picture Picture)[] Load(JobIo io, VersionSamples samples) =>
        [.. samples.Pictures.Select((picture, i) => (Kinds[i / Seeds.Count], Seeds[i % Seeds.Count], $"samples/{samples.Name}/{picture.Name}.png", Picture.Load(io.PathOf(picture.File))))];

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
}
