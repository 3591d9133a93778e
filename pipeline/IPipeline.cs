using Slipway.Pipeline.Commands.Comparisons;
using Slipway.Pipeline.Commands.Origins;
using Slipway.Pipeline.Commands.Preflights;
using Slipway.Pipeline.Commands.Snapshots;
using Slipway.Pipeline.Graph;
using Slipway.Pipeline.Runs;

namespace Slipway.Pipeline;

/// <summary>A line of the table at the end of a run.</summary>
/// <param name="Stage">Name of the stage.</param>
/// <param name="Version">LoRA version; null for stages that all versions share.</param>
/// <param name="Run">Items that ran.</param>
/// <param name="Reused">Items whose results were in the cache.</param>
/// <param name="Time">From the stage's start to its end.</param>
public sealed record StageSummary(string Stage, string? Version, int Run, int Reused, TimeSpan Time)
{
    /// <summary>Of the reused ones those whose results this run has taken from the remote cache.</summary>
    public int Remote { get; init; }

    /// <summary>Why items ran, a line for each different reason.</summary>
    public IReadOnlyList<string> Reasons { get; init; } = [];
}

/// <summary>What a build host can ask of the pipeline.</summary>
public interface IPipeline : IDisposable
{
    /// <summary>Name of the plan's profile.</summary>
    string Profile { get; }

    /// <summary>Full path of the folder of all outputs.</summary>
    string Artifacts { get; }

    /// <summary>Names of the LoRA versions in the order of the plan.</summary>
    IReadOnlyList<string> Versions { get; }

    /// <summary>Names of the LoRA versions and ensembles in the order of the plan.</summary>
    IReadOnlyList<string> Names { get; }

    /// <summary>Runs stages and those that they need, as far as they are not cached.</summary>
    /// <param name="stages">The stages.</param>
    /// <param name="versions">Only these LoRA versions; null for all. Stages that all versions share ignore it.</param>
    /// <param name="cancel">Stops cleanly between items and training steps.</param>
    /// <returns>A line for each stage that has not been reported before, in the plan's order.</returns>
    Task<IReadOnlyList<StageSummary>> RunAsync(IReadOnlyList<PipelineStage> stages, IReadOnlyList<string>? versions, CancellationToken cancel);

    /// <summary>The stages that have ended so far, in the plan's order, also after a run in which others failed.</summary>
    IReadOnlyList<StageSummary> Outcomes { get; }

    /// <summary>What the stages that have run so far have left: where it lies, and the figures.</summary>
    RunResults Results();

    /// <summary>All work of the plan: jobs by stage, what they read and write.</summary>
    Engine.Jobs.JobGraph Graph { get; }

    /// <summary>What would run, and why, and what of it the remote cache has; nothing is taken from there.</summary>
    /// <param name="cancel">Stops asking.</param>
    Task<StatusReport> StatusAsync(CancellationToken cancel);

    /// <summary>What versions are about to learn, and why they are not to; makes nothing and loads no weights.</summary>
    /// <param name="versions">Only these LoRA versions; null for all.</param>
    Preflight Preflight(IReadOnlyList<string>? versions);

    /// <summary>Rehashes the store and all outputs; returns the problems.</summary>
    IReadOnlyList<string> Verify();

    /// <summary>Deletes what the last runs do not need, or says what that would be.</summary>
    /// <param name="request">How much may stay.</param>
    GarbageReport CollectGarbage(GarbageRequest request);

    /// <summary>Deletes the outputs, and not the cache; returns their number.</summary>
    int Clean();

    /// <summary>Tells what files came from.</summary>
    /// <param name="folder">Full path of the folder that their paths are relative to.</param>
    OriginRun Origins(string folder);

    /// <summary>Makes the pictures and captions of a version, and writes what sd-scripts needs to train it.</summary>
    /// <param name="version">The version.</param>
    /// <param name="folder">Full path of a folder that is not there yet.</param>
    /// <param name="cancel">Stops cleanly between items.</param>
    /// <returns>What has no counterpart in sd-scripts, a line each.</returns>
    Task<IReadOnlyList<string>> ExportAsync(string version, string folder, CancellationToken cancel);

    /// <summary>Does what an evaluation does, and writes a folder for the Hugging Face Hub: a LoRA, its preview, pictures, a grid and a model card.</summary>
    /// <param name="version">The version or ensemble; null: the recommended one, else the last.</param>
    /// <param name="folder">Full path of a folder that is not there yet.</param>
    /// <param name="cancel">Stops cleanly between items and training steps.</param>
    /// <returns>What a person should know, a line each.</returns>
    Task<IReadOnlyList<string>> PublishAsync(string? version, string folder, CancellationToken cancel);

    /// <summary>Trains a version again without the cache and compares: null when the bytes are the same, else what differs.</summary>
    Task<string?> ReproduceAsync(string version, CancellationToken cancel);

    /// <summary>
    /// Compares what a LoRA file says that it was made of with what the plan would make it of here; where all of it is the same, trains
    /// it again and compares the bytes.
    /// </summary>
    /// <param name="file">Full path of the file.</param>
    /// <param name="cancel">Stops cleanly between items and training steps.</param>
    /// <exception cref="InvalidDataException">The file does not say what it was made of.</exception>
    /// <exception cref="ArgumentException">No version of the plan has its name.</exception>
    Task<Reproduction> ReproduceFileAsync(string file, CancellationToken cancel);

    /// <summary>Does what an evaluation does, and compares its results with the accepted snapshots.</summary>
    /// <param name="cancel">Stops cleanly between items and training steps.</param>
    Task<SnapshotCheck> CheckAsync(CancellationToken cancel);

    /// <summary>Does what an evaluation does, and takes its results over as accepted.</summary>
    /// <param name="cancel">Stops cleanly between items and training steps.</param>
    Task<SnapshotAcceptance> AcceptAsync(CancellationToken cancel);

    /// <summary>Does what an evaluation does, and compares its results: two versions, or with what was before.</summary>
    /// <param name="request">What with what.</param>
    /// <param name="folder">Full path of the folder that a file of the request is relative to.</param>
    /// <param name="cancel">Stops cleanly between items and training steps.</param>
    Task<Comparison> CompareAsync(CompareRequest request, string folder, CancellationToken cancel);
}
