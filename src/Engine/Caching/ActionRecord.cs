using Slipway.Engine.Files;

namespace Slipway.Engine.Caching;

/// <summary>
/// A result as the bytes that the <see cref="ActionCache"/> keeps: they name their key and hold the SHA-256 of their content, so that a result
/// can travel and is known again for what it is.
/// </summary>
public static class ActionRecord
{
    /// <summary>The bytes of a result.</summary>
    /// <param name="key">The key of the action.</param>
    /// <param name="result">What it gave.</param>
    public static byte[] Write(ContentHash key, ActionResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return FileOf(key).Seal(ActionJson.Write(result with { From = null }));
    }

    /// <summary>The result in such bytes.</summary>
    /// <param name="key">The key that they must name.</param>
    /// <param name="bytes">The bytes, from wherever.</param>
    /// <exception cref="InvalidDataException">They are no result, another action's, or not as they were written.</exception>
    public static ActionResult Read(ContentHash key, ReadOnlyMemory<byte> bytes) => FileOf(key).TryUnseal(bytes, out var flaw) is { } json
        ? ActionJson.ReadResult(json)
        : throw new InvalidDataException(flaw?.Text);

    private static CheckedFile FileOf(ContentHash key) => new("", "", ActionCache.ActionKind, key.ToString());
}
