namespace Slipway.Engine.Caching;

/// <summary>What a lock file says of a file that was fetched and whose hash the plan does not give.</summary>
/// <param name="Commit">The commit that the revision stood for.</param>
/// <param name="Size">Its bytes.</param>
/// <param name="Hash">SHA-256 of its bytes.</param>
public sealed record LockedFile(string Commit, long Size, ContentHash Hash)
{
    /// <summary>What its key begins with, before where it is from.</summary>
    internal const string Prefix = "hub:";
}
