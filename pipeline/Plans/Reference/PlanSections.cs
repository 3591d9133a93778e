using Slipway.Pipeline.Plans.Axes;
using Slipway.Pipeline.Plans.Datasets;
using Slipway.Pipeline.Plans.Sections;
using Slipway.Pipeline.Plans.Versions;
using Slipway.Slurm;
using Slipway.Training.Options;

namespace Slipway.Pipeline.Plans.Reference;

/// <summary>Everything that may stand in a plan, as its records declare it.</summary>
internal static class PlanSections
{
    /// <summary>The plan's top, and below it all other sections, in the order in which a plan tells its story.</summary>
    public static PlanSection Top { get; } = new("", "The plan, and each of its profiles, whose values are laid over the others.", Plan.Declared.Options)
    {
        Sections =
        [
            new(HubPlan.Key, "Files on the Hugging Face Hub: where a path of a model is wanted, `hub:NAME` names one. `Fetch` brings them here.", HubPlan.Declared.Options) { IsNamed = true },
            new("tagger", "The tagger's files.", TaggerPlan.Declared.Options),
            new("backgrounds", "Pictures that the base model draws (picture i has prompt i mod n and seed + i), or your own.", BackgroundsPlan.OfBackgrounds.Options),
            new("composites", "The sprite on every background, each placed by its own draw.", CompositesPlan.Declared.Options),
            new("tags", "Captions from the tagger, the trigger word first.", TagsPlan.Declared.Options),
            new("regularisation", "Pictures of what the mascot is taken for, drawn by the base model; each prompt is its caption.", BackgroundsPlan.Declared.Options),
            new("validation", "Composites on backgrounds of their own, which versions are measured on and none learns from.", ValidationPlan.Declared.Options),
            new("datasets", "What can be learned from.", [.. DatasetPlan.Declared.Options, .. FolderPlan.Declared.Options, .. BucketPlan.Declared.Options, .. SubsetOptions.Declared.Options]) { IsNamed = true },
            Versions,
            new("ensembles", "LoRAs that are not trained but summed up from versions.", EnsemblePlan.Declared.Options) { IsNamed = true },
            new("checks", "What must hold for the comparison to be fair.", PlanChecks.Declared.Options),
            new("evaluation", "Every prompt with every seed, the same for each version and for none.", EvaluationPlan.Declared.Options)
            {
                Sections =
                [
                    new(EncoderPlan.Key, "An image encoder, in whose embedding likeness to the mascot, drift and diversity are measured too; the report then goes by these.", EncoderPlan.Declared.Options),
                    new("grids", "Grids by axes, each `artifacts/grids/NAME.png`; each of their pictures is a job of its own.", GridPlan.Declared.Options) { IsNamed = true },
                ],
            },
            new("report", "The page about all versions.", ReportPlan.Declared.Options),
            new(CachePlan.Key, "What is shared with other machines; results do not depend on it.", CachePlan.Declared.Options),
            new(SlurmPlan.Key, "Where `executor: slurm` gives the work to a cluster: what its jobs ask for, and how they are watched. Nothing of it changes a byte.", SlurmOptions.Declared.Options)
            {
                Sections = [new(SlurmPlan.KindsKey, "What jobs of a kind (draw, train, samples …) ask for instead; its `sbatch` comes behind the other's.", SlurmResources.Declared.Options) { IsNamed = true }],
            },
        ],
    };

    private static PlanSection Versions => new("versions", "The LoRAs; the names are sd-scripts'.",
        [.. VersionKeys.Declared.Options, .. TrainingOptions.Declared.Options, .. SubsetOptions.Variations.Options, .. ValidationOptions.Declared.Options, .. SampleInterval.Declared.Options])
    {
        IsNamed = true,
        Sections = [new(MonitoringPlan.EarlyStoppingKey, "Ends the training before its time.", EarlyStoppingOptions.Declared.Options)],
    };
}
