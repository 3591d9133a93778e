namespace Slipway.Pipeline;

/// <summary>The stages of the pipeline in their order; each needs the ones before it.</summary>
public enum PipelineStage
{
    /// <summary>Backgrounds from the base model.</summary>
    Backgrounds,

    /// <summary>The sprite on the backgrounds, and on one colour.</summary>
    Composites,

    /// <summary>Captions from the tagger.</summary>
    Tags,

    /// <summary>The LoRA versions.</summary>
    Training,

    /// <summary>Sample pictures, grids and figures.</summary>
    Evaluation,
}

/// <summary>A line of the table at the end of a run.</summary>
/// <param name="Stage">Name of the stage.</param>
/// <param name="Version">LoRA version; null for stages that all versions share.</param>
/// <param name="Run">Items that ran.</param>
/// <param name="Reused">Items whose results were in the cache.</param>
/// <param name="Time">From the stage's start to its end.</param>
public sealed record StageSummary(string Stage, string? Version, int Run, int Reused, TimeSpan Time);

/// <summary>Hears how far the work is.</summary>
public interface IProgressSink
{
    /// <summary><paramref name="done"/> of <paramref name="all"/> are done.</summary>
    /// <param name="stage">Label of the stage.</param>
    /// <param name="done">Items or steps done.</param>
    /// <param name="all">All items or steps.</param>
    /// <param name="detail">Loss, rate, time left; null for none.</param>
    void Report(string stage, int done, int all, string? detail);

    /// <summary>A line for the user.</summary>
    void Line(string text);

    /// <summary>A line about something damaged or odd that does not stop the work.</summary>
    void Warn(string text);
}

/// <summary>What a build host can ask of the pipeline.</summary>
public interface IPipeline : IDisposable
{
    /// <summary>Names of the LoRA versions in the order of the plan.</summary>
    IReadOnlyList<string> Versions { get; }

    /// <summary>Runs a stage and those that it needs, as far as they are not cached.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="version">Only this LoRA version; null for all. Stages that all versions share ignore it.</param>
    /// <param name="cancel">Stops cleanly between items and training steps.</param>
    /// <returns>A line for each stage that has not been reported before.</returns>
    Task<IReadOnlyList<StageSummary>> RunAsync(PipelineStage stage, string? version, CancellationToken cancel);

    /// <summary>What would run, and why: lines for people.</summary>
    Task<IReadOnlyList<string>> StatusAsync(CancellationToken cancel);

    /// <summary>What versions are about to learn, and why they are not to; makes nothing and loads no weights.</summary>
    /// <param name="version">Only this LoRA version; null for all.</param>
    /// <param name="cancel">Stops between stages.</param>
    Task<Preflights.Preflight> PreflightAsync(string? version, CancellationToken cancel);

    /// <summary>Rehashes the store and all outputs; returns the problems.</summary>
    IReadOnlyList<string> Verify();

    /// <summary>Deletes what the last runs do not need; returns files and bytes freed.</summary>
    (int Files, long Bytes) CollectGarbage();

    /// <summary>Deletes the outputs, and not the cache; returns their number.</summary>
    int Clean();

    /// <summary>Makes the pictures and captions of a version, and writes what sd-scripts needs to train it.</summary>
    /// <param name="version">The version.</param>
    /// <param name="folder">Full path of a folder that is not there yet.</param>
    /// <param name="cancel">Stops cleanly between items.</param>
    /// <returns>What has no counterpart in sd-scripts, a line each.</returns>
    Task<IReadOnlyList<string>> ExportAsync(string version, string folder, CancellationToken cancel);

    /// <summary>Trains a version again without the cache and compares: null when the bytes are the same, else what differs.</summary>
    Task<string?> ReproduceAsync(string version, CancellationToken cancel);
}
