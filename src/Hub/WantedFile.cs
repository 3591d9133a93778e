using Slipway.Engine.Caching;

namespace Slipway.Hub;

/// <summary>A file to be fetched, and what its bytes must be.</summary>
/// <param name="File">The file.</param>
/// <param name="Hash">Its SHA-256; null where any content will do, which is pinned afterwards.</param>
/// <param name="Size">Its bytes; null where it is not known.</param>
public sealed record WantedFile(HubFile File, ContentHash? Hash = null, long? Size = null);

/// <summary>A file that was fetched, or was there.</summary>
/// <param name="Path">Full path.</param>
/// <param name="Commit">The commit that it is of.</param>
/// <param name="Hash">SHA-256 of its bytes.</param>
/// <param name="Size">Its bytes.</param>
public sealed record FetchedFile(string Path, string Commit, ContentHash Hash, long Size);
