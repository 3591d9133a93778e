namespace Slipway.Engine.Caching;

/// <summary>
/// A file that an action wrote. It is known by the place of its declaration, not by its name, so the same result serves
/// an item that calls its outputs otherwise.
/// </summary>
/// <param name="Slot">Index of the declared output.</param>
/// <param name="Path">Path below the declared folder, with <c>/</c>; empty when the declared output is a file.</param>
/// <param name="Blob">The content.</param>
public sealed record ActionOutput(int Slot, string Path, Blob Blob)
{
    /// <summary>Whether the path stays inside its folder. A record from elsewhere could say anything.</summary>
    internal bool IsSafe =>
        Slot >= 0
        && !System.IO.Path.IsPathRooted(Path)
        && !Path.Contains('\\', StringComparison.Ordinal)
        && !Path.Contains(':', StringComparison.Ordinal)
        && !Path.Contains('\0', StringComparison.Ordinal)
        && (Path.Length == 0 || Path.Split('/').All(part => part is not ("" or "." or "..")));
}
