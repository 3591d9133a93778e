using Slipway.Imaging;
using Slipway.Pipeline.Caching;
using Slipway.Pipeline.Configuration;
using Slipway.Tagging;

namespace Slipway.Pipeline.Stages;

/// <summary>
/// A caption for every composite, from the tagger. Reads: composites, tagger. Parameters: thresholds, tags left out,
/// replaced and added, the trigger word. Writes: <c>000.txt</c>, … beside the pictures.
/// </summary>
internal sealed class TagsStage(StageContext context)
{
    private const int StoredTogether = 25;

    /// <param name="runner">Runs it.</param>
    /// <param name="dataset">Of the composites.</param>
    /// <param name="composites">What is tagged.</param>
    /// <param name="label">Tells this dataset's captions from others'; null for the plan's first.</param>
    /// <param name="cancel">Stops between pictures.</param>
    public async Task<StageOutcome> RunAsync(StageRunner runner, DatasetPlan dataset, StageOutcome composites, string? label, CancellationToken cancel)
    {
        var rules = Rules();
        Tagger? tagger = null;
        var sources = composites.Items.ToDictionary(item => item.Label, StringComparer.Ordinal);
        var stage = new Stage
        {
            Name = "Tags",
            Version = label,
            CodeVersion = 2,
            OutputFolder = $"artifacts/dataset/{dataset.FolderName}",
            BatchSize = StoredTogether,
            Body = (batch, token) => Task.Run(
                () =>
                {
                    tagger ??= context.OpenTagger();
                    foreach (var work in batch)
                    {
                        token.ThrowIfCancellationRequested();
                        var picture = Picture.Load(sources[work.Item.Label].Files[0].Path);
                        File.WriteAllText(work.PathOf(), dataset.Caption ?? rules.Caption(tagger.Run(picture)));
                    }
                },
                token),
        };
        var shared = Entries(dataset).ToArray();
        try
        {
            return await runner.RunAsync(
                stage, [.. composites.Items.Select(item => new StageItem(item.Label, [item.Entry("picture"), .. shared], [$"{item.Label}.txt"]))], cancel);
        }
        finally
        {
            tagger?.Dispose();
        }
    }

    private CaptionRules Rules()
    {
        var plan = context.Plan.Tags;
        return new CaptionRules
        {
            GeneralThreshold = plan.GeneralThreshold,
            CharacterThreshold = plan.CharacterThreshold,
            RemoveUnderscore = plan.RemoveUnderscore,
            TriggerWord = context.Plan.TriggerWord,
            Exclude = plan.Exclude,
            Replace = plan.Replace,
            Extra = plan.Extra,
        };
    }

    private IEnumerable<FingerprintEntry> Entries(DatasetPlan dataset)
    {
        var plan = context.Plan.Tags;
        return
        [
            .. context.TaggerEntries,
            FingerprintEntry.Parameter("general_threshold", plan.GeneralThreshold),
            FingerprintEntry.Parameter("character_threshold", plan.CharacterThreshold),
            FingerprintEntry.Parameter("remove_underscore", plan.RemoveUnderscore),
            FingerprintEntry.Parameter("trigger_word", context.Plan.TriggerWord),
            FingerprintEntry.Parameter("exclude", plan.Exclude),
            FingerprintEntry.Parameter("replace", plan.Replace.SelectMany(pair => new[] { pair.Key, pair.Value })),
            FingerprintEntry.Parameter("extra", plan.Extra),
            FingerprintEntry.Parameter("caption", dataset.Caption ?? string.Empty),
        ];
    }
}
