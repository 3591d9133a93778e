using Slipway.Engine.Caching;

namespace Slipway.Pipeline.Commands.Origins;

/// <summary>A file and everything that it came from.</summary>
/// <param name="Name">What the user called it.</param>
/// <param name="Hash">SHA-256 of its content.</param>
/// <param name="Steps">
/// The work that led to it: what gave the file first, then what gave that its inputs, each stage once, whatever the number of its items.
/// </param>
public sealed record Origin(string Name, ContentHash Hash, IReadOnlyList<OriginStep> Steps)
{
    /// <summary>Said of a file whose result is not in the cache: it is explained by its own metadata. Null of others.</summary>
    public string? Note { get; init; }

    /// <summary>The stage with this label; null where it had no part in it.</summary>
    internal OriginStep? Step(string stage) => Steps.FirstOrDefault(step => step.Stage == stage);
}

/// <summary>What one stage has to do with a file.</summary>
/// <param name="Stage">Label of the stage: <c>Train v03</c>.</param>
/// <param name="Results">Those of its items that count, by their label.</param>
public sealed record OriginStep(string Stage, IReadOnlyList<OriginResult> Results)
{
    /// <summary>All files of the user's that it read, each once.</summary>
    internal IReadOnlyList<OriginFile> Files => [.. Results.SelectMany(result => result.Files).DistinctBy(file => (file.Path, file.Hash))];

    /// <summary>When the last of them was made; null where that is not known.</summary>
    internal DateTimeOffset? Made => Results.Max(result => result.Made);

    /// <summary>What all of them took together; null where that is not known.</summary>
    internal TimeSpan? Took => Results.All(result => result.Took is null) ? null : TimeSpan.FromSeconds(Results.Sum(result => result.Took?.TotalSeconds ?? 0));

    /// <summary>The stages that gave it its inputs, with how many files each, in the order of their roles.</summary>
    internal IReadOnlyList<(string Role, string Stage, int Count)> Inputs =>
    [
        .. Results.SelectMany(result => result.Parts).DistinctBy(part => (part.Group, part.Hash, part.Path)).GroupBy(part => (part.Group, part.Stage ?? ""))
            .Select(group => (group.Key.Group, group.Key.Item2, group.Count())),
    ];
}

/// <summary>An item's result.</summary>
/// <param name="Item">Label of the item.</param>
/// <param name="Key">Key of the result.</param>
public sealed record OriginResult(string Item, ContentHash Key)
{
    /// <summary>The remote cache from which it was taken; null where it was made here, or that is not known.</summary>
    public string? From { get; init; }

    /// <summary>When its record was written, here; null where there is none.</summary>
    public DateTimeOffset? Made { get; init; }

    /// <summary>How long the work took; null where that is not known.</summary>
    public TimeSpan? Took { get; init; }

    /// <summary>Settings that are not at their defaults, by name.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Settings { get; init; } = [];

    /// <summary>Programs, processor and what else the bytes depend on, and the version of the code.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Environment { get; init; } = [];

    /// <summary>Files of the user's.</summary>
    public IReadOnlyList<OriginFile> Files { get; init; } = [];

    /// <summary>Files that other stages gave.</summary>
    public IReadOnlyList<OriginPart> Parts { get; init; } = [];

    /// <summary>The record's own entries, by which two results are compared.</summary>
    internal IReadOnlyList<FingerprintEntry> Entries { get; init; } = [];
}

/// <summary>A file of the user's.</summary>
/// <param name="Role">What it was to the work: <c>sprite</c>.</param>
/// <param name="Path">Where it lay, relative to the workspace; its role where that is not known.</param>
/// <param name="Hash">SHA-256 of what it held.</param>
/// <param name="State">What is there now.</param>
public sealed record OriginFile(string Role, string Path, ContentHash Hash, OriginFileState State);

/// <summary>What lies at the place of a file that was read once.</summary>
public enum OriginFileState
{
    /// <summary>The same content.</summary>
    Same,

    /// <summary>Another content.</summary>
    Changed,

    /// <summary>Nothing.</summary>
    Missing,

    /// <summary>Its place is not known.</summary>
    Unknown,
}

/// <summary>A file that another stage gave.</summary>
/// <param name="Role">What it was to the work: <c>image/0/1_cat/000.png</c>.</param>
/// <param name="Path">Where it was laid out.</param>
/// <param name="Hash">SHA-256 of it.</param>
public sealed record OriginPart(string Role, string Path, ContentHash Hash)
{
    /// <summary>Label of the stage that gave it; null where its record is no longer in the cache.</summary>
    public string? Stage { get; init; }

    /// <summary>Key of the result that gave it.</summary>
    public ContentHash? Key { get; init; }

    /// <summary>The role without the places in lists.</summary>
    internal string Group => FingerprintEntry.GroupOf(Role);
}
