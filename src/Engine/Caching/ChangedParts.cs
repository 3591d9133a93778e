namespace Slipway.Engine.Caching;

/// <summary>An element of a list, or a file of a group.</summary>
/// <param name="Path">The whole element or path.</param>
/// <param name="Name">The shortest end of the path that tells it from the others.</param>
public sealed record ChangedPart(string Path, string Name);

/// <summary>What is different inside of a list or of a group of files. All empty: the order.</summary>
/// <param name="Added">What is new.</param>
/// <param name="Changed">Files with another content.</param>
/// <param name="Removed">What is gone.</param>
public sealed record ChangedParts(IReadOnlyList<ChangedPart> Added, IReadOnlyList<ChangedPart> Changed, IReadOnlyList<ChangedPart> Removed)
{
    private const int NamesShown = 3;

    /// <summary>All, in the order in which they are told.</summary>
    public IReadOnlyList<ChangedPart> All => [.. Added, .. Changed, .. Removed];

    /// <summary>What happened to the only one.</summary>
    internal string Verb => Added.Count > 0 ? "added" : Changed.Count > 0 ? "changed" : "removed";

    /// <summary>Elements of a list: <c>cloud, sun added; red removed</c>.</summary>
    public string Describe() => All.Count == 0 ? "the same in another order" : string.Join("; ", Verbs().Select(verb => $"{Names(verb.Parts, ValueText.Shorten)} {verb.Name}"));

    /// <summary>Counted: <c>1 file added (a.png), 2 removed (b.png, c.png)</c>.</summary>
    /// <param name="noun">What to call one of them.</param>
    public string Describe(string noun) => string.Join(", ", Verbs().Select((verb, i) =>
        $"{verb.Parts.Count}{(i > 0 ? "" : verb.Parts.Count == 1 ? $" {noun}" : $" {noun}s")} {verb.Name} ({Names(verb.Parts, name => name)})"));

    /// <summary>The whole elements or paths; null for none.</summary>
    internal static IReadOnlyList<string>? Paths(IReadOnlyList<ChangedPart>? parts) => parts is { Count: > 0 } ? [.. parts.Select(part => part.Path)] : null;

    private IEnumerable<(string Name, IReadOnlyList<ChangedPart> Parts)> Verbs() =>
        new[] { ("added", Added), ("changed", Changed), ("removed", Removed) }.Where(verb => verb.Item2.Count > 0);

    private static string Names(IReadOnlyList<ChangedPart> parts, Func<string, string> shorten) =>
        string.Join(", ", parts.Take(NamesShown).Select(part => shorten(part.Name))) + (parts.Count > NamesShown ? ", …" : "");
}
