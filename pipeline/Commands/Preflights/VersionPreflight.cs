using System.Globalization;
using Slipway.Diffusion.Text;
using Slipway.Engine.Jobs;
using Slipway.Pipeline.Datasets;
using Slipway.Pipeline.Graph;
using Slipway.Pipeline.Jobs;
using Slipway.Pipeline.Plans;
using Slipway.Pipeline.Plans.Versions;
using Slipway.Training.Data;
using Slipway.Training.Randomness;
using Slipway.Training.Schedules;

namespace Slipway.Pipeline.Commands.Preflights;

/// <summary>What a version is about to learn, seen before it does: files and captions are read, no picture is decoded and no model is loaded.</summary>
internal sealed class VersionPreflight
{
    private const int Shown = 5;
    private const int Draws = 6;

    private readonly Plan _plan;
    private readonly TrainJob _job;
    private readonly Func<Input, JobInput> _find;
    private readonly SeenText? _seen;

    /// <param name="plan">The plan.</param>
    /// <param name="version">The version.</param>
    /// <param name="datasets">Its datasets.</param>
    /// <param name="job">Its training.</param>
    /// <param name="sizes">How large its pictures will be.</param>
    /// <param name="find">Where inputs are; of what has yet to be made, only the number is known.</param>
    /// <param name="tokens">Counts the tokens of a caption; null: nobody can.</param>
    public VersionPreflight(Plan plan, VersionPlan version, IReadOnlyList<Dataset> datasets, TrainJob job, PictureSizes sizes, Func<Input, JobInput> find, Func<Prompt, int>? tokens)
    {
        (_plan, Version, _job, _find) = (plan, version, job, find);
        Func<string, Prompt> read = version.Training.Data.WeightedCaptions ? Prompt.ParseCaption : Prompt.Literal;
        _seen = tokens is null ? null : new SeenText(text => tokens(read(text)), version.Training.Data.MaxTokenLength);
        Subsets = [.. datasets.Zip(job.Subsets, (dataset, subset) => SubsetOutline.From(dataset, subset, plan.Resolution, sizes, PathOf, input => find(input).Path))];
        Images = RegularisationImages.Arrange([.. Subsets.SelectMany(subset => subset.Images)]);
        Batches = new BatchPlan(Images, Version.Training.TrainBatchSize, Version.Training.GradientAccumulationSteps, Version.Training.Seed);
        Problems = [.. FindProblems()];
    }

    /// <summary>The version.</summary>
    public VersionPlan Version { get; }

    /// <summary>Its subsets.</summary>
    public IReadOnlyList<SubsetOutline> Subsets { get; }

    /// <summary>Every picture without its pixels, with as many uses an epoch as it will have.</summary>
    public IReadOnlyList<TrainingImage> Images { get; }

    /// <summary>Batches and steps of an epoch.</summary>
    public BatchPlan Batches { get; }

    /// <summary>Optimizer steps of the whole training.</summary>
    public int Steps => Version.Training.MaxTrainSteps ?? (Version.Training.MaxTrainEpochs!.Value * Batches.StepsPerEpoch);

    /// <summary>Why it is not to be trained: everything, a line each.</summary>
    public IReadOnlyList<string> Problems { get; }

    /// <summary>Whether all of its pictures are there.</summary>
    public bool IsComplete => Subsets.All(subset => subset.Pending == 0);

    private string? PathOf(Input input)
    {
        try
        {
            return _find(input) is { Hash: not null } found ? found.Source : null;
        }
        catch (IOException)
        {
            // A named pipe, a socket or a device: nothing is there to be read.
            return null;
        }
    }

    private IEnumerable<string> FindProblems()
    {
        foreach (var problem in Subsets.SelectMany(subset => subset.Problems))
            yield return problem;
        var training = Version.Training;
        if (Batches.StepsPerEpoch > 0 && LrSchedule.Problem(training.LrScheduler, Steps, training.LrWarmupSteps, training.LrTail) is { } schedule)
            yield return $"Train {Version.Name}: {schedule}";
        if (IsComplete && Images.Count > 0 && MissingTrigger() is { } missing)
            yield return missing;
        if (_job.Watch.Pictures?.Overlap(_job.Subsets, _job.Watch.LearnedBackgrounds, _find) is { } overlap)
            yield return overlap;
    }

    /// <summary>Captions of a subset that are longer than the text encoders see, and what is cut off.</summary>
    public IEnumerable<PictureNote> Cut(SubsetOutline subset)
    {
        const int Quoted = 60;
        if (_seen is null)
            yield break;
        foreach (var image in subset.Images.Where(image => image.Caption.Length > 0))
        {
            var text = Texts(image)[0];
            var seen = _seen.Of(text);
            if (seen.Length == text.Length)
                continue;
            var cut = text[seen.Length..].TrimStart(',', ' ');
            yield return new("tokens", string.Create(
                CultureInfo.InvariantCulture,
                $"{image.Name}: its caption has {_seen.Tokens(text)} tokens, of which {_seen.Most} are seen (`max_token_length`); cut off from \"{(cut.Length > Quoted ? cut[..Quoted] + "…" : cut)}\" on"));
        }
    }

    // In a caption that nobody sees to its end, the word must stand before that.
    private string? MissingTrigger()
    {
        var named = Images.Where(image => !image.Subset.IsReg && Texts(image).Append(image.Caption).Any(HasTrigger)).ToList();
        var datasets = string.Join(", ", Version.Datasets.Where(dataset => !dataset.IsReg).Select(dataset => $"`{dataset.Key}`"));
        if (named.Count == 0)
            return $"Train {Version.Name}: the trigger word '{_plan.TriggerWord}' is in no caption of dataset {datasets}; nothing would call the mascot.";
        if (_seen is null || named.Any(image => Texts(image).Append(image.Caption).Any(text => HasTrigger(_seen.Of(text)))))
            return null;
        var cut = string.Join("; ", Subsets.SelectMany(Cut).Take(Shown).Select(note => note.Text));
        return $"Train {Version.Name}: the trigger word '{_plan.TriggerWord}' is in no caption of dataset {datasets} as far as the text encoders see it; nothing would call the mascot. Move it to the front: {cut}.";
    }

    private bool HasTrigger(string text) => text.Contains(_plan.TriggerWord, StringComparison.Ordinal);

    /// <summary>What the text encoders may get of a picture's caption; a few of them where chance decides.</summary>
    private IReadOnlyList<string> Texts(TrainingImage image)
    {
        var options = (image.Subset.Caption ?? Version.Training.Caption) with { CaptionDropoutRate = 0, CaptionDropoutEveryNEpochs = 0, CaptionTagDropoutRate = 0, TokenWarmupStep = 0 };
        return [.. Enumerable.Range(0, options.ShuffleCaption || options.EnableWildcard ? Draws : 1).Select(i => Caption.Compose(image.Caption, options, new SeedStream(i, "preflight:" + image.Name))).Distinct(StringComparer.Ordinal)];
    }
}
