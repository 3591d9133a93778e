namespace Slipway.Pipeline;

/// <summary>
/// Does the work of some items: each writes its declared outputs into its own <see cref="StageWork.Folder"/>. It may use
/// nothing but the items and what it was made with, so that the same call can be made on another machine.
/// </summary>
public delegate Task StageBody(IReadOnlyList<StageWork> batch, CancellationToken cancellation);

/// <summary>A kind of work, cached item by item.</summary>
public sealed class Stage
{
    /// <summary>Its name; part of every key.</summary>
    public required string Name { get; init; }

    /// <summary>Number of the code: raise it when the same inputs give other bytes than before. Part of every key.</summary>
    public required int CodeVersion { get; init; }

    /// <summary>LoRA version that the stage runs for, such as <c>v03</c>; null for stages that all versions share. A label, not part of a key.</summary>
    public string? Version { get; init; }

    /// <summary>Folder of the outputs, relative to the workspace, such as <c>artifacts/backgrounds</c>.</summary>
    public required string OutputFolder { get; init; }

    /// <summary>How many items that have to run are handed to one call of <see cref="Body"/>.</summary>
    public int BatchSize { get; init; } = 1;

    /// <summary>The work.</summary>
    public required StageBody Body { get; init; }

    /// <summary>Name and version: <c>Train v03</c>.</summary>
    public string Label => Version is null ? Name : $"{Name} {Version}";
}
