namespace Slipway.Engine.Caching;

/// <summary>What a look at every byte of the cache and of the outputs has shown.</summary>
/// <param name="Blobs">Blobs that were read.</param>
/// <param name="Damaged">Blobs that no longer have their hash; they were removed.</param>
/// <param name="Changed">Outputs, relative to the workspace, that are not as they were laid out.</param>
public sealed record Verification(int Blobs, IReadOnlyList<ContentHash> Damaged, IReadOnlyList<string> Changed)
{
    /// <summary>Whether everything is as it was written.</summary>
    public bool IsSound => Damaged.Count == 0 && Changed.Count == 0;

    /// <summary>Reads all blobs and outputs, trusting no remembered hash.</summary>
    public static Verification Of(Cache cache)
    {
        var blobs = cache.Content.All().ToList();
        var damaged = blobs.Where(blob => !cache.Content.Verify(blob)).Select(blob => blob.Hash).ToList();
        return new Verification(blobs.Count, damaged, cache.LaidOut.FindChanged());
    }
}
