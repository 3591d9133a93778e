using Slipway.Engine.Caching;

namespace Slipway.Engine.Jobs;

/// <summary>Where an input is, and what is in it.</summary>
/// <param name="Path">Relative to the workspace.</param>
/// <param name="Source">Full path.</param>
/// <param name="Hash">Hash of its content; null while it has yet to be made.</param>
/// <param name="Producer">Label of the stage that makes it; null for a file of the user's.</param>
public sealed record JobInput(string Path, string Source, ContentHash? Hash, string? Producer = null)
{
    /// <summary>The input as an entry of a key.</summary>
    /// <param name="role">What it is to the job.</param>
    public FingerprintEntry Entry(string role) => this switch
    {
        { Hash: null } => FingerprintEntry.Pending(role, Producer!),
        { Producer: null } => new FingerprintEntry(EntryKind.File, role, Path, Hash) { Source = Source },
        _ => FingerprintEntry.Output(role, Path, Hash.Value, Source),
    };
}
