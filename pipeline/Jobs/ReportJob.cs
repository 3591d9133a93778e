using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Slipway.Engine.Jobs;
using Slipway.Pipeline.Plans.Sections;
using Slipway.Pipeline.Reports;

namespace Slipway.Pipeline.Jobs;

/// <summary>
/// The page about all versions, its data, and its copies of the pictures: one folder that needs nothing else. It holds results only, so that
/// equal results give equal pages.
/// </summary>
/// <param name="Name">The plan's name.</param>
/// <param name="TriggerWord">The word that calls the mascot.</param>
/// <param name="Profile">Name of the profile.</param>
/// <param name="Report">How the page is written.</param>
/// <param name="Evaluation">The figures, <c>evaluation.json</c>.</param>
/// <param name="Sprite">The mascot.</param>
/// <param name="Samples">How the pictures were drawn.</param>
/// <param name="Versions">The versions, the base model first.</param>
/// <param name="Datasets">What was learned from.</param>
/// <param name="Tags">How captions came to be.</param>
public sealed record ReportJob(
    string Name,
    string TriggerWord,
    string Profile,
    [property: Inline] ReportPlan Report,
    Input Evaluation,
    Input Sprite,
    [property: Inline] SampleSettings Samples,
    [property: Inline] IReadOnlyList<ReportVersion> Versions,
    [property: Inline] IReadOnlyList<ReportDataset> Datasets,
    TagsPlan Tags) : IJob
{
    /// <summary>The figures that were accepted, of the form of <see cref="Evaluation"/>; null where nothing has been accepted.</summary>
    public Input? Accepted { get; init; }

    /// <inheritdoc/>
    public JobKind Kind { get; } = new("Report", 5);

    /// <inheritdoc/>
    public IReadOnlyList<string> Environment => [];

    /// <inheritdoc/>
    public IReadOnlyList<JobOutput> Outputs => [new("page"), new("report"), new(PagePictures.Folder, IsFolder: true)];

    /// <inheritdoc/>
    public void Run(JobIo io)
    {
        var pictures = new PagePictures(io.Output(PagePictures.Folder));
        var evaluation = JsonNode.Parse(io.ReadText(Evaluation));
        var data = new ReportData
        {
            Name = Name,
            TriggerWord = TriggerWord,
            Language = Language,
            Profile = Profile,
            Resolution = Samples.Resolution,
            Sprite = pictures.Add(io.PathOf(Sprite), "sprite.png"),
            Prompts = [.. Samples.Prompts.Select(prompt => new PromptData(prompt.Kind, prompt.Prompt))],
            Seeds = Samples.Seeds,
            Sampling = new SamplingData(Samples.Sampling.Sampler, Samples.Sampling.Steps, Samples.Sampling.Guidance, Samples.Sampling.NegativePrompt, Samples.Multiplier),
            Versions = [.. Versions.Select(version => Shown(io, version, pictures))],
            Datasets = [.. Datasets.Select(dataset => Shown(io, dataset, pictures))],
            Tags = new TagRules(Tags.GeneralThreshold, Tags.CharacterThreshold, Tags.Exclude, Tags.Replace, Tags.Extra),
            Choice = Choice.Of(evaluation, [.. Versions.Select(version => version.Name)]),
            Evaluation = evaluation,
            Accepted = Accepted is null ? null : ReadAccepted(io, Accepted),
        };
        var json = ReportJson.Write(data);
        io.WriteText("report", json);
        io.WriteText("page", ReportPage.Of(Language, Name, json));
    }

    private string Language => Report.Language == ReportLanguage.Ja ? "ja" : "en";

    // It lies where people and git write; a page without it is still right.
    private static JsonNode? ReadAccepted(JobIo io, Input accepted)
    {
        try
        {
            return JsonNode.Parse(io.ReadText(accepted))?["versions"]?.DeepClone();
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            io.Warn($"{io.NameOf(accepted)} holds no accepted figures: the report compares with none. {exception.Message}");
            return null;
        }
    }

    private static VersionData Shown(JobIo io, ReportVersion version, PagePictures pictures)
    {
        io.Cancellation.ThrowIfCancellationRequested();
        return new VersionData(version.Name, [.. version.Pictures.Select(picture => Shown(io, version, picture, pictures))])
        {
            Lora = version.Lora is null ? null : LoraData.Read(io.PathOf(version.Lora), version.LoraPath!, io.HashOf(version.Lora).ToString()),
            Curves = version.Metrics is null ? null : Curves.Read(io.ReadText(version.Metrics).Split('\n')),
            Kept = version.Validation is null ? null : JsonNode.Parse(io.ReadText(version.Validation)),
            Watched = version.Events is null ? null : pictures.AddWatched(io.PathOf(version.Events), version.Name),
            Steps = version.Steps.Count == 0 ? null : Saved(io, version, pictures),
            Datasets = version.Datasets,
            Settings = new Dictionary<string, string>(version.Settings, StringComparer.Ordinal),
        };
    }

    private static IReadOnlyList<StepData> Saved(JobIo io, ReportVersion version, PagePictures pictures)
    {
        var steps = version.Steps.Select(step => (Step: StepSamples.StepOf(io.PathOf(step.Lora)), Saved: step)).OrderBy(step => step.Step).DistinctBy(step => step.Step);
        return
        [
            .. steps.Select(step => StepData.Of(io.PathOf(step.Saved.Lora), step.Step, step.Saved.LoraPath,
            [
                .. step.Saved.Pictures.Select(picture => new SampleData(pictures.Add(io.PathOf(picture.File), $"steps/{step.Saved.Name}/{picture.Name}.png"), PagePictures.InfotextOf(io.PathOf(picture.File)))),
            ])),
        ];
    }

    private static SampleData Shown(JobIo io, ReportVersion version, NamedFile picture, PagePictures pictures) =>
        new(pictures.Add(io.PathOf(picture.File), $"samples/{version.Name}/{picture.Name}.png"), PagePictures.InfotextOf(io.PathOf(picture.File)));

    private static DatasetData Shown(JobIo io, ReportDataset dataset, PagePictures pictures) => new(dataset.Key, dataset.Source, dataset.Count,
    [
        .. dataset.Shown.Select((picture, i) => new TrainingPictureData(
            picture.Name,
            pictures.Add(io.PathOf(picture.Image), string.Create(CultureInfo.InvariantCulture, $"data/{dataset.Key}/{i:D3}"), picture.Name),
            picture.Caption is null ? picture.Text : io.ReadText(picture.Caption).Trim())),
    ]);
}
