using Slipway.Engine.Jobs;
using Slipway.Pipeline.Datasets;
using Slipway.Pipeline.Plans.Versions;
using Slipway.Training.Options;

namespace Slipway.Pipeline.Jobs;

/// <summary>How a version is watched while it learns, and when that ends it. Nothing here changes what a step computes.</summary>
public sealed record WatchOptions
{
    /// <summary>When it is measured; null: never.</summary>
    public ValidationOptions? Validation { get; init; }

    /// <summary>What it is measured on; null where it is not.</summary>
    public ValidationSet? Pictures { get; init; }

    /// <summary>The backgrounds of what is learned: none of them may be measured on.</summary>
    public IReadOnlyList<NamedFile> LearnedBackgrounds { get; init; } = [];

    /// <summary>When a measurement ends it; null: never.</summary>
    public EarlyStoppingOptions? EarlyStopping { get; init; }

    /// <summary>When it draws pictures; null: never.</summary>
    public SampleInterval? SampleEvery { get; init; }

    /// <summary>What it draws; null where it does not.</summary>
    public SampleSettings? Samples { get; init; }

    /// <summary>The outputs of a version that is watched, beside those of every training.</summary>
    internal IEnumerable<JobOutput> Outputs
    {
        get
        {
            if (Validation is not null)
                yield return new JobOutput("validation");
            if (SampleEvery is not null)
                yield return new JobOutput("samples", IsFolder: true);
        }
    }
}
