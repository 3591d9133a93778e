namespace Slipway.Engine.Caching;

/// <summary>
/// A cache on another machine that others read and fill too. What goes wrong with it is told and is no error of the run: what it does not
/// give is made here.
/// </summary>
public interface IRemoteCache : IDisposable
{
    /// <summary>What it is called: its address, without what opens it.</summary>
    string Name { get; }

    /// <summary>Whether something that was asked of it had no answer that can be used.</summary>
    bool Failed { get; }

    /// <summary>Whether it takes results.</summary>
    bool Writes { get; }

    /// <summary>The result with this key; null when it has none, or none that can be believed.</summary>
    Task<ActionResult?> FindAsync(ContentHash key, CancellationToken cancel);

    /// <summary>Whether it has a result with this key; false too where it does not say.</summary>
    Task<bool> HasAsync(ContentHash key, CancellationToken cancel);

    /// <summary>
    /// Fetches a blob. What the stream holds already is its beginning; no more than the blob's size is written. The content is for the caller to
    /// check.
    /// </summary>
    /// <returns>Whether all of it has come.</returns>
    Task<bool> FetchAsync(Blob blob, Stream into, CancellationToken cancel);

    /// <summary>Gives it a result: first the blobs that it lacks, then the record that names them.</summary>
    /// <param name="key">The key of the action.</param>
    /// <param name="result">What it gave.</param>
    /// <param name="pathOf">Where a blob lies.</param>
    /// <param name="cancel">Stops.</param>
    /// <returns>Whether it has all of it now.</returns>
    Task<bool> StoreAsync(ContentHash key, ActionResult result, Func<ContentHash, string> pathOf, CancellationToken cancel);
}
