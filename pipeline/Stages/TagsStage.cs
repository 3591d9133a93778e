using Slipway.Engine.Caching;
using Slipway.Imaging.Pictures;
using Slipway.Tagging;
using Slipway.Tagging.Captions;

namespace Slipway.Pipeline.Stages;

/// <summary>
/// A caption for every composite, from the tagger. Reads: composites, tagger. Parameters: thresholds, tags left out,
/// replaced and added, the trigger word. Writes: <c>000.txt</c>, … beside the pictures.
/// </summary>
/// <param name="context">The plan's tagger and rules.</param>
/// <param name="caption">One for all instead; null: the tagger's.</param>
/// <param name="set">What they are for.</param>
internal sealed class TagsStage(StageContext context, string? caption, PictureSet set)
{
    private const int StoredTogether = 25;

    /// <param name="runner">Runs it.</param>
    /// <param name="composites">What is tagged.</param>
    /// <param name="cancel">Stops between pictures.</param>
    public async Task<StageOutcome> RunAsync(StageRunner runner, StageOutcome composites, CancellationToken cancel)
    {
        var rules = Rules();
        Tagger? tagger = null;
        var sources = composites.Items.ToDictionary(item => item.Label, StringComparer.Ordinal);
        var stage = new Stage
        {
            Name = "Tags",
            Version = set.Label,
            CodeVersion = 2,
            OutputFolder = $"{context.Plan.ArtifactsFolder}/{set.Folder}",
            BatchSize = StoredTogether,
            Body = (batch, token) => Task.Run(
                () =>
                {
                    tagger ??= context.OpenTagger();
                    foreach (var work in batch)
                    {
                        token.ThrowIfCancellationRequested();
                        var picture = Picture.Load(sources[work.Item.Label].Files[0].Path);
                        File.WriteAllText(work.PathOf(), caption ?? rules.Caption(tagger.Run(picture)));
                    }
                },
                token),
        };
        var shared = Entries().ToArray();
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

    private IEnumerable<FingerprintEntry> Entries()
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
            FingerprintEntry.Parameter("caption", caption ?? string.Empty),
        ];
    }
}
