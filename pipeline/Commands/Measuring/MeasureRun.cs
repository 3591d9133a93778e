using System.Globalization;
using Slipway.Engine.Jobs;
using Slipway.Imaging.Measuring;
using Slipway.Imaging.Pictures;
using Slipway.Pipeline.Drawing;
using Slipway.Pipeline.Graph;
using Slipway.Pipeline.Jobs;
using Slipway.Pipeline.Plans;
using Slipway.Tagging;
using Slipway.Tagging.Encoders;
using Slipway.Training.Data;

namespace Slipway.Pipeline.Commands.Measuring;

/// <summary>
/// <c>--target=Measure</c>: the measures of <c>Evaluate</c> that a picture gives by itself, with the plan's sprite and tagger, of pictures from elsewhere. Nothing
/// has to be trained; where the plan's backgrounds have been drawn, the sprite's measure is calibrated on them too, as for <c>Evaluate</c>.
/// </summary>
public static class MeasureRun
{
    /// <summary>The option that says what is measured.</summary>
    public const string Input = "input";

    private const string NotCompared = "Evaluate tells this of the plan's own versions: it takes pictures of the same prompt and seed without the LoRA.";

    private const string NoScenes = "The sprite is compared on the plan's backgrounds, and none is drawn yet: --target=Backgrounds draws them.";

    private static readonly Dictionary<string, string> Unknown = new(StringComparer.Ordinal)
    {
        ["leakage"] = NotCompared,
        ["drift"] = NotCompared,
        ["uninvited"] = NotCompared,
        ["memorised"] = NotCompared,
        ["embedding.drift"] = NotCompared,
    };

    /// <summary>Measures a picture, or all pictures of a folder and the folders in it.</summary>
    /// <param name="folder">Where the user stands.</param>
    /// <param name="workspace">The plan's folder.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="input">What was given as <c>--input</c>; null: nothing.</param>
    /// <param name="progress">Hears how far it is.</param>
    /// <param name="cancel">Looked at before every picture.</param>
    /// <exception cref="ArgumentException">Nothing was given, or there is no picture.</exception>
    /// <exception cref="FileNotFoundException">There is no such file, or the sprite or tagger is missing.</exception>
    /// <exception cref="InvalidDataException">Pictures that cannot be read, all of them named.</exception>
    public static MeasureReport Run(string folder, string workspace, Plan plan, string? input, IProgressSink progress, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(progress);
        var (root, files) = Files(folder, input, progress);
        RefuseMissing(workspace, plan);
        RefuseUnreadable(root, files, cancel);
        var (meter, closed) = Meter(workspace, plan);
        using (closed)
        {
            var pictures = new List<(string File, string? Prompt, MeasuredPicture Picture)>();
            foreach (var file in files)
            {
                cancel.ThrowIfCancellationRequested();
                var name = NameOf(root, file);
                var (picture, prompt) = Read(file, name);
                var kind = prompt is null ? null : KindOf(plan, prompt);
                pictures.Add((name, prompt, meter.Measure([new PictureToMeasure(picture.HasAlpha ? picture.Flatten(255, 255, 255) : picture, kind, prompt)]).Single()));
                progress.Report("Measure", pictures.Count, files.Count, null);
            }

            return new MeasureReport(meter.Mascot, [.. pictures.Select(picture => Figures(picture, pictures, plan.Evaluation.Encoder is not null))]);
        }
    }

    /// <summary>All pictures are opened first: to calibrate and to measure takes far longer, and would be for nothing.</summary>
    private static void RefuseUnreadable(string root, IReadOnlyList<string> files, CancellationToken cancel)
    {
        var problems = new List<string>();
        foreach (var file in files)
        {
            cancel.ThrowIfCancellationRequested();
            try
            {
                Read(file, NameOf(root, file));
            }
            catch (InvalidDataException exception)
            {
                problems.Add(exception.Message);
            }
        }

        if (problems.Count > 0)
            throw new InvalidDataException(string.Join('\n', problems));
    }

    private static (Picture Picture, string? Prompt) Read(string file, string name)
    {
        var bytes = File.ReadAllBytes(file);
        return (Picture.Decode(bytes, name), PictureText.Read(bytes) is { } text ? Infotext.Parse(text).Prompt : null);
    }

    private static string NameOf(string root, string file) => Path.GetRelativePath(root, file).Replace('\\', '/');

    private static (string Root, IReadOnlyList<string> Files) Files(string folder, string? input, IProgressSink progress)
    {
        if (string.IsNullOrEmpty(input))
            throw new ArgumentException("Measure needs --input=FOLDER or --input=FILE: the pictures to be measured.");
        var path = Path.GetFullPath(input, folder);
        if (File.Exists(path))
            return (Path.GetDirectoryName(path)!, [path]);
        if (!Directory.Exists(path))
            throw new FileNotFoundException($"--input: '{input}' does not exist; expected a picture, or a folder with pictures.");
        string[] files =
        [
            .. Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories)
                .Where(file => !Path.GetRelativePath(path, file).Split(Path.DirectorySeparatorChar).Any(part => part.StartsWith('.')))
                .Order(StringComparer.Ordinal),
        ];
        foreach (var file in files)
        {
            if (PictureNames.ForeignFormat(file) is { } format)
                progress.Warn($"{NameOf(path, file)}: not measured, {format} is not read; save it as PNG, JPEG or WebP");
        }

        string[] pictures = [.. files.Where(file => PictureNames.IsPicture(file))];
        return pictures.Length > 0 ? (path, pictures) : throw new ArgumentException($"--input: there is no picture in '{input}'; expected files that end with {string.Join(", ", PictureNames.Readable)}.");
    }

    private static void RefuseMissing(string workspace, Plan plan)
    {
        LocatedPlan.Require(plan);
        string[] missing =
        [
            .. new[] { ("sprite", plan.Sprite), ("tagger.model", plan.Tagger.Model), ("tagger.tags", plan.Tagger.Tags) }
                .Where(file => !File.Exists(Path.GetFullPath(file.Item2, workspace)))
                .Select(file => $"{file.Item1}: '{file.Item2}' does not exist; Measure looks for the plan's sprite, and for backgrounds with its tagger."),
        ];
        if (missing.Length > 0)
            throw new FileNotFoundException(string.Join('\n', missing));
    }

    /// <summary>The plan's encoder; null where it names none, or nothing is there to set the sprite on.</summary>
    private static EmbeddingMeter? Embedding(string workspace, Plan plan, Picture sprite, PictureFiles scenes)
    {
        if (plan.Evaluation.Encoder is not { } encoder || scenes.Count == 0)
            return null;
        var files = EncoderListing.Of(encoder, workspace);
        var form = files.Configuration is null ? null : EncoderInput.Parse(File.ReadAllText(Path.GetFullPath(files.Configuration.Path, workspace)), files.Configuration.Path);
        return new EmbeddingMeter(files.Open(Path.GetFullPath(files.Encoder.Path, workspace), form), sprite, plan.Composites.Options, scenes);
    }

    private static (SampleMeter Meter, IDisposable Closed) Meter(string workspace, Plan plan)
    {
        string Full(string path) => Path.GetFullPath(path, workspace);
        var sprite = Picture.Load(Full(plan.Sprite), plan.ColorProfiles);
        var drawn = Enumerable.Range(0, plan.Backgrounds.Count).Select(i => Full($"{plan.ArtifactsFolder}/backgrounds/{i.ToString("D3", CultureInfo.InvariantCulture)}.png"));
        var scenes = new PictureFiles([.. MascotCalibration.Spread([.. drawn], MascotCalibration.Scenes).Where(File.Exists)]);
        // An encoder that cannot be read is told before the sprite is calibrated.
        var closed = new Models { Embedding = Embedding(workspace, plan, sprite, scenes) };
        try
        {
            closed.Tagger = new Tagger(Full(plan.Tagger.Model), Full(plan.Tagger.Tags), threads: 1, plan.Device);
            return (new SampleMeter(new MascotMeter(sprite, plan.Composites.Options, scenes), closed.Tagger, plan.Tags.GeneralThreshold) { Embedding = closed.Embedding }, closed);
        }
        catch
        {
            closed.Dispose();
            throw;
        }
    }

    private static string? KindOf(Plan plan, string prompt)
    {
        var tags = PromptTexts.Tags(prompt).ToHashSet(StringComparer.Ordinal);
        return plan.Evaluation.Prompts.Select(item => item.Kind).FirstOrDefault(tags.Contains);
    }

    private static (string File, EvaluationFigures Figures, IReadOnlyDictionary<string, string> Reasons) Figures(
        (string File, string? Prompt, MeasuredPicture Picture) picture, IReadOnlyList<(string File, string? Prompt, MeasuredPicture Picture)> all, bool hasEncoder)
    {
        var reasons = new Dictionary<string, string>(Unknown, StringComparer.Ordinal);
        foreach (var (measure, reason) in picture.Picture.Reasons)
            reasons[measure] = reason;
        MeasuredPicture[] others = [.. all.Where(other => other.File != picture.File && other.Prompt is not null && other.Prompt == picture.Prompt).Select(other => other.Picture)];
        if (others.Length == 0)
            reasons["diversity"] = reasons["embedding.diversity"] = "No other picture has the same prompt.";
        var embedded = picture.Picture.Embedded;
        if (embedded is null)
            reasons["embedding.mascot_similarity"] = reasons["embedding.diversity"] = NoScenes;
        if (!hasEncoder)
            reasons.Keys.Where(measure => measure.StartsWith("embedding.", StringComparison.Ordinal)).ToList().ForEach(measure => reasons.Remove(measure));
        return (picture.File, picture.Picture.Figures with
        {
            Diversity = Rounded(PictureDistance.Mean(picture.Picture.Small, [.. others.Select(other => other.Small)])),
            Embedding = hasEncoder ? new EmbeddingFigures(Rounded(embedded?.MascotSimilarity), null, Rounded(embedded?.Diversity(others.Select(other => other.Embedded!)))) : null,
        }, reasons);
    }

    private static double? Rounded(double? value) => value is { } known ? Math.Round(known, 4) : null;

    /// <summary>What is closed at the end.</summary>
    private sealed class Models : IDisposable
    {
        public EmbeddingMeter? Embedding { get; init; }

        public Tagger? Tagger { get; set; }

        public void Dispose()
        {
            Embedding?.Dispose();
            Tagger?.Dispose();
        }
    }
}
