using System.Text.Json;

namespace Slipway.Engine.Caching;

/// <summary>One thing that is different between two fingerprints.</summary>
/// <param name="Kind">What sort of thing it is.</param>
/// <param name="Role">What it is to the stage; of a group of files, the group.</param>
/// <param name="Before">The value that it had; null where it is new, and of files.</param>
/// <param name="After">The value that it has; null where it is gone, and of files.</param>
public sealed record FingerprintChange(EntryKind Kind, string Role, string? Before, string? After)
{
    /// <summary>What is different inside of a list or of a group of files; null of a plain value.</summary>
    public ChangedParts? Parts { get; init; }

    /// <summary>Whether it is a single file rather than a group of them.</summary>
    public bool IsSingleFile { get; init; }

    /// <summary>Whether it is about the content of files.</summary>
    public bool IsFile => Kind is EntryKind.File or EntryKind.Output;

    /// <summary>What changed: <c>`learning_rate`</c>, <c>dataset</c>.</summary>
    public string Subject => IsFile ? Role : $"`{Role}`";

    /// <summary>How it changed: <c>0.0001 → 0.0002</c>, <c>1 file added (a.png)</c>.</summary>
    public string Difference => (Parts, Before, After) switch
    {
        ({ } files, _, _) when IsFile => files.Describe("file"),
        ({ } elements, _, _) => elements.Describe(),
        (null, null, { } now) => $"{ValueText.Shorten(now)} is new",
        (null, { } old, null) => $"{ValueText.Shorten(old)} is gone",
        _ when Before == After => $"{ValueText.Shorten(Before!)} is not what it was",
        _ => ValueText.Differing(Before!, After!),
    };

    /// <summary>Two changes of one shape are told together.</summary>
    internal (EntryKind, string, bool, bool, bool, string) Shape => (Kind, Role, Before is null, After is null, Parts is null, IsSingleFile ? Parts!.Verb : "");

    /// <summary>A phrase: <c>`learning_rate` 0.0001 → 0.0002</c>, <c>dataset: 3 files changed (a.png, b.png, c.png)</c>.</summary>
    public override string ToString() => IsSingleFile ? $"{Role} {Parts!.Verb} ({Parts.All[0].Name})"
        : Parts is null ? $"{Subject} {Difference}"
        : $"{Subject}: {Difference}";

    /// <summary>For machines, with the whole values and paths.</summary>
    internal ReasonDocument Document
    {
        get
        {
            var kind = JsonNamingPolicy.SnakeCaseLower.ConvertName($"{Kind}");
            ChangeDocument document = IsFile ? new FilesDocument { Kind = kind, Role = Role } : new ValueDocument { Kind = kind, Role = Role, Old = Before, New = After };
            return document with { Added = ChangedParts.Paths(Parts?.Added), Changed = ChangedParts.Paths(Parts?.Changed), Removed = ChangedParts.Paths(Parts?.Removed) };
        }
    }
}
