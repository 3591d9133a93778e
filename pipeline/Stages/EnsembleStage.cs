using System.Globalization;
using Slipway.Engine.Caching;
using Slipway.Pipeline.Plans.Versions;
using Slipway.Training.LoraFiles;
using Slipway.Training.Validation;
using TorchSharp;

namespace Slipway.Pipeline.Stages;

/// <summary>
/// A LoRA made of trained ones: the true weighted sum, decomposed to a rank. Reads: their files, and where they are measured
/// what they are measured on. Parameters: ratios, ranks. Writes: <c>artifacts/lora/{name}_{ensemble}.safetensors</c>,
/// and <c>artifacts/logs/{ensemble}/validation.json</c>.
/// </summary>
/// <param name="context">The plan.</param>
/// <param name="plan">What is made.</param>
internal sealed class EnsembleStage(StageContext context, EnsemblePlan plan)
{
    /// <param name="runner">Runs or reuses.</param>
    /// <param name="members">The trainings, in the order of the plan.</param>
    /// <param name="validation">What the first member is measured on; null where it is not.</param>
    /// <param name="cancel">Looked at between layers.</param>
    public Task<StageOutcome> RunAsync(StageRunner runner, IReadOnlyList<StageOutcome> members, ValidationPictures? validation, CancellationToken cancel)
    {
        var stage = new Stage
        {
            Name = "Ensemble",
            Version = plan.Name,
            CodeVersion = 1,
            OutputFolder = context.Plan.ArtifactsFolder,
            Body = (batch, token) => Task.Run(() => Make(batch[0], members, validation, token), token),
        };
        return runner.RunAsync(stage, Item(members, validation), cancel);
    }

    private VersionPlan First => context.Plan.Version(plan.Of[0]);

    private StageItem Item(IReadOnlyList<StageOutcome> members, ValidationPictures? validation) => new(
        $"{context.Plan.Name}_{plan.Name}",
        [
            .. members.Select((member, i) => member.Items[0].Entry($"lora/{plan.Of[i]}")),
            FingerprintEntry.Parameter("of", plan.Of),
            FingerprintEntry.Parameter("ratios", plan.Ratios.Select(ratio => ratio.ToString("R", CultureInfo.InvariantCulture))),
            FingerprintEntry.Parameter("rank", plan.Rank),
            FingerprintEntry.Parameter("conv_rank", plan.ConvRank),
            FingerprintEntry.Parameter("output_name", $"{context.Plan.Name}_{plan.Name}"),
            .. validation is null ? [] : MeasurementEntries(validation),
            .. context.ModelEntries.Value,
        ],
        [$"lora/{context.Plan.Name}_{plan.Name}.safetensors", .. validation is null ? Array.Empty<string>() : [$"logs/{plan.Name}/validation.json"]]);

    private IEnumerable<FingerprintEntry> MeasurementEntries(ValidationPictures validation) =>
    [
        .. validation.Entries,
        FingerprintEntry.Parameter("validation_timesteps", First.Monitoring.Validation!.Timesteps),
        FingerprintEntry.Parameter("validation_seed", Seed),
        FingerprintEntry.Parameter("validation_weighting", $"{First.Training.Weighting}"),
        FingerprintEntry.Parameter("resolution", context.Plan.Resolution),
    ];

    private long Seed => First.Monitoring.Validation!.Seed ?? First.Training.Seed;

    private void Make(StageWork work, IReadOnlyList<StageOutcome> members, ValidationPictures? validation, CancellationToken cancel)
    {
        _ = context.Model.Value; // its threads are the plan's
        var files = new List<LoraLayers>();
        try
        {
            for (var i = 0; i < members.Count; i++)
                files.Add(LoraLayers.Open(members[i].Items[0].Files.First(file => file.Slot == 0).Path, plan.Ratios[i]));
            var ranks = new RankChoice { Dim = plan.Rank, ConvDim = plan.ConvRank };
            var report = LoraSum.Write(files, ranks, work.PathOf(), torch.ScalarType.Float32, (done, all) => context.Progress.Report($"Ensemble {plan.Name}", done, all, null), cancel);
            context.Progress.Line($"Ensemble {plan.Name}: {string.Join(" + ", plan.Of.Zip(plan.Ratios, (name, ratio) => string.Create(CultureInfo.InvariantCulture, $"{ratio:G3} {name}")))}, {report.Layers} layers; {report.Error}");
        }
        finally
        {
            files.ForEach(file => file.Dispose());
        }

        if (validation is not null)
            File.WriteAllText(work.PathOf(1), Measure(work.PathOf(), validation, cancel).ToJson());
    }

    private KeptMeasurement Measure(string lora, ValidationPictures validation, CancellationToken cancel)
    {
        // Nothing was learned here: what the members learned from was held against the pictures when they were trained.
        var images = validation.Read(context.Plan.Resolution, new HashSet<ContentHash>());
        using var measure = new Validator(context.Model.Value, images, First.Monitoring.Validation!.Timesteps, First.Training.Weighting, Seed, cancel);
        using var network = LoraFile.Load(context.Model.Value, lora);
        network.Attach();
        return KeptMeasurement.Of(null, null, measure.Measure(cancel));
    }
}
