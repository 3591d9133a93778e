using Slipway.Diffusion.Sampling;
using Slipway.Engine.Caching;
using Slipway.Pipeline.Plans;
using Slipway.Pipeline.Sampling;
using Slipway.Training.Options;

namespace Slipway.Pipeline.Stages;

/// <summary>
/// Sample pictures of one version, or of the base model without a LoRA: every evaluation prompt with every seed.
/// Reads: LoRA file, those that it learned on top of, base model. Parameters: prompts, seeds, strength, sampling. Writes:
/// <c>artifacts/samples/{version}/{kind}_{seed}.png</c>.
/// </summary>
internal sealed class SamplesStage(StageContext context)
{
    /// <summary>What the row without a LoRA is called.</summary>
    public const string Base = NameChecks.Base;

    /// <param name="runner">Runs or reuses.</param>
    /// <param name="version">Name of the version, or <see cref="Base"/>.</param>
    /// <param name="lora">Its training; null for the base model.</param>
    /// <param name="cancel">Stops between steps.</param>
    public Task<StageOutcome> RunAsync(StageRunner runner, string version, StageOutcome? lora, CancellationToken cancel)
    {
        var plan = context.Plan.Evaluation;
        var start = Start(version);
        var stage = new Stage
        {
            Name = "Samples",
            Version = version,
            CodeVersion = 2,
            OutputFolder = $"{context.Plan.ArtifactsFolder}/samples/{version}",
            Body = (batch, token) => Task.Run(() => Draw(batch[0], version, lora, start, token), token),
        };
        var item = new StageItem(
            "samples",
            [
                .. lora is null ? [] : new[] { lora.Items[0].Entry("lora"), FingerprintEntry.Parameter("multiplier", plan.Multiplier) },
                .. new StartingWeights(context).BaseEntries(start),
                .. start.BaseWeights.Select((file, i) => FingerprintEntry.Parameter($"base_weights_multiplier/{i}", file.Multiplier)),
                FingerprintEntry.Parameter("prompts", plan.Prompts.SelectMany(prompt => new[] { prompt.Kind, prompt.Prompt })),
                FingerprintEntry.Parameter("seeds", plan.Seeds.Select(seed => $"{seed}")),
                FingerprintEntry.Parameter("batch_size", plan.Sampling.BatchSize),
                .. plan.Sampling.Entries(context.Plan.Resolution),
                .. context.ModelEntries.Value,
            ],
            [.. Names(plan)]);
        return runner.RunAsync(stage, item, cancel);
    }

    /// <summary>The files in order: for each kind of background each seed.</summary>
    public static IEnumerable<string> Names(EvaluationPlan plan)
        => plan.Prompts.SelectMany(prompt => plan.Seeds.Select(seed => $"{prompt.FileName}_{seed}.png"));

    // The base model and ensembles start from nothing.
    private StartOptions Start(string version) => context.Plan.Versions.FirstOrDefault(known => known.Name == version)?.Training.Network.Start ?? new StartOptions();

    private void Draw(StageWork work, string version, StageOutcome? lora, StartOptions start, CancellationToken cancel)
    {
        var plan = context.Plan.Evaluation;
        var side = context.Plan.Resolution;
        SamplingRequest[] requests =
        [
            .. plan.Prompts.SelectMany(prompt => plan.Seeds.Select(
                seed => new SamplingRequest(prompt.Prompt, plan.Sampling.NegativePrompt, seed, side, side))),
        ];
        IReadOnlyList<LoraUse> loras = lora is null
            ? []
            : [.. new StartingWeights(context).BaseUses(start), new LoraUse(new LoraTag($"{context.Plan.Name}_{version}", plan.Multiplier), lora.Items[0].Files.Single(file => file.Slot == 0).Path)];
        new PictureSeries(context.Model.Value, context.Identity, loras, context.Progress.Line).Draw(
            requests,
            plan.Sampling.Options(plan.Sampling.BatchSize),
            [.. requests.Select((_, i) => work.PathOf(i))],
            step => context.Progress.Report($"Samples {version}", step.Finished, requests.Length, $"step {step.Step} of {step.Steps}"),
            cancel);
        context.Progress.Report($"Samples {version}", requests.Length, requests.Length, null);
    }
}
