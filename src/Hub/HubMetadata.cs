using Slipway.Engine.Caching;

namespace Slipway.Hub;

/// <summary>What the hub says of a file before it is fetched.</summary>
/// <param name="Commit">The commit that the revision stands for (<c>X-Repo-Commit</c>).</param>
/// <param name="Tag">Names its bytes (<c>X-Linked-Etag</c>, else <c>ETag</c>): the SHA-256 of a large file, git's SHA-1 of a small one.</param>
/// <param name="Size">Bytes (<c>X-Linked-Size</c>, else <c>Content-Length</c>); null where it is not said.</param>
internal sealed record HubMetadata(string Commit, string Tag, long? Size)
{
    /// <summary>The SHA-256 where the hub says it.</summary>
    public ContentHash? Hash => ContentHash.TryParse(Tag, out var hash) ? hash : null;
}
