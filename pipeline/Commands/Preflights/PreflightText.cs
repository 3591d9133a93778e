using System.Globalization;
using Slipway.Engine.Execution;
using Slipway.Training.Data;
using Slipway.Training.Options;
using Slipway.Training.Randomness;

namespace Slipway.Pipeline.Commands.Preflights;

/// <summary>A preflight in words.</summary>
internal static class PreflightText
{
    private const int Captions = 3;
    private const int Tags = 12;

    /// <summary>One line, for the log of a training.</summary>
    public static string Line(VersionPreflight preflight) => string.Create(
        CultureInfo.InvariantCulture,
        $"Train {preflight.Version.Name}: {Pictures(preflight.Images.Count)}, {preflight.Images.Sum(image => image.Repeats)} uses an epoch, batch {preflight.Version.Training.TrainBatchSize}, {preflight.Steps} steps; first caption: {preflight.Images[0].Caption}");

    /// <summary>Everything, a line each.</summary>
    public static IEnumerable<string> Lines(VersionPreflight preflight)
    {
        yield return $"{preflight.Version.Name}: learns from {string.Join(", ", preflight.Version.Datasets.Select(dataset => dataset.Key))}";
        foreach (var line in preflight.Subsets.SelectMany(subset => Lines(subset, preflight)))
            yield return "  " + line;

        if (preflight.Batches.StepsPerEpoch == 0)
            yield break;
        var training = preflight.Version.Training;
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"  steps: {preflight.Batches.BatchesPerEpoch} batches of up to {training.TrainBatchSize}, {preflight.Batches.StepsPerEpoch} steps an epoch; {preflight.Steps} steps in all, {(double)preflight.Steps / preflight.Batches.StepsPerEpoch:0.##} epochs");
    }

    /// <summary>How long it would take.</summary>
    /// <param name="time">As measured here; null: nothing was.</param>
    public static string Time(TimeSpan? time) => time is { } known
        ? $"  time: about {DurationText.Of(known)}, going by what training took here"
        : "  time: not known until a version has been trained here";

    private static IEnumerable<string> Lines(SubsetOutline subset, VersionPreflight preflight)
    {
        var dataset = subset.Dataset;
        // Two subsets may have pictures of the same names; each has options of its own, whatever they say.
        var used = preflight.Images.Where(image => subset.Images.Count > 0 && ReferenceEquals(subset.Images[0].Subset, image.Subset)).ToList();
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"{dataset.Plan.Key}: {Pictures(subset.Images.Count)}, {used.Sum(image => image.Repeats)} uses an epoch{(dataset.Plan.IsReg ? ", regularisation" : "")}{(subset.Pending > 0 ? $"; {subset.Pending} yet to be made" : "")}");
        foreach (var warning in dataset.Warnings)
            yield return $"  {warning}";
        foreach (var note in PictureNote.Lines(subset.Notes.Concat(preflight.Cut(subset))))
            yield return $"  {note}";

        if (subset.Images.Count == subset.Pending)
            yield break;

        yield return $"  buckets: {string.Join(", ", subset.Images.GroupBy(image => (image.Width, image.Height)).OrderBy(bucket => bucket.Key).Select(bucket => $"{bucket.Key.Width}×{bucket.Key.Height}: {bucket.Count()}"))}";
        var captioned = subset.Images.Where(image => image.Caption.Length > 0).ToList();
        yield return $"  captions: {captioned.Count} of {subset.Images.Count}{(captioned.Count > 0 ? $"; {TagFrequency(captioned)}" : "")}";
        foreach (var image in captioned.Take(Captions))
            yield return $"    {Path.GetFileName(image.Name)}: {Final(image, preflight.Version.Training)}";
    }

    private static string Pictures(int count) => count == 1 ? "1 picture" : string.Create(CultureInfo.InvariantCulture, $"{count} pictures");

    private static string TagFrequency(IEnumerable<TrainingImage> images)
    {
        var tags = images.SelectMany(image => image.Caption.Split([',', '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            .CountBy(tag => tag, StringComparer.Ordinal).OrderByDescending(tag => tag.Value).ThenBy(tag => tag.Key, StringComparer.Ordinal).ToList();
        var more = tags.Count > Tags ? string.Create(CultureInfo.InvariantCulture, $", and {tags.Count - Tags} more") : "";
        return string.Join(", ", tags.Take(Tags).Select(tag => string.Create(CultureInfo.InvariantCulture, $"{tag.Key} {tag.Value}"))) + more;
    }

    /// <summary>What the text encoders get of it in the end, after a warm-up and where it is not dropped as a whole.</summary>
    private static string Final(TrainingImage image, TrainingOptions training)
    {
        var options = (image.Subset.Caption ?? training.Caption) with { CaptionDropoutRate = 0, CaptionDropoutEveryNEpochs = 0, TokenWarmupStep = 0 };
        return Caption.Compose(image.Caption, options, new SeedStream(training.Seed, "preflight:" + image.Name));
    }
}
