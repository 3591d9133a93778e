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

    /// <summary>Whether these are results of something that declares these outputs: every declared file once, nothing that is not declared.</summary>
    /// <param name="declared">The declared outputs; one that ends in <c>/</c> is a folder and may hold any number of files.</param>
    /// <param name="outputs">What a record names.</param>
    public static bool Fit(IReadOnlyList<string> declared, IReadOnlyList<ActionOutput> outputs)
    {
        ArgumentNullException.ThrowIfNull(declared);
        ArgumentNullException.ThrowIfNull(outputs);
        return outputs.All(output => output.Slot < declared.Count && IsFolder(declared[output.Slot]) == (output.Path.Length > 0))
            && outputs.DistinctBy(output => (output.Slot, output.Path)).Count() == outputs.Count
            && Enumerable.Range(0, declared.Count).All(slot => IsFolder(declared[slot]) || outputs.Any(output => output.Slot == slot));
    }

    private static bool IsFolder(string declared) => declared.EndsWith('/');
}
