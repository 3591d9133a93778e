using Slipway.Engine.Caching;

namespace Slipway.Pipeline;

/// <summary>An item on its way through the runner.</summary>
internal sealed class KeyedItem
{
    public KeyedItem(Stage stage, StageItem item, string salt)
    {
        Item = item;
        Entries =
        [
            new FingerprintEntry(EntryKind.Code, "stage", stage.Name, ContentHash.Of(stage.Name)),
            new FingerprintEntry(EntryKind.Code, "code version", $"{stage.CodeVersion}", ContentHash.Of($"{stage.CodeVersion}")),
            .. salt.Length > 0 ? [FingerprintEntry.Parameter("salt", salt)] : Array.Empty<FingerprintEntry>(),
            .. item.Entries,
        ];
        IsPending = item.Entries.Any(entry => entry.Hash is null);
        Fingerprint = IsPending ? null : new Fingerprint(Entries);
    }

    public StageItem Item { get; }

    public IReadOnlyList<FingerprintEntry> Entries { get; }

    /// <summary>Whether something that it depends on has yet to be produced.</summary>
    public bool IsPending { get; }

    /// <summary>Null when <see cref="IsPending"/>.</summary>
    public Fingerprint? Fingerprint { get; }

    public ContentHash Key => Fingerprint!.Key;

    /// <summary>The files of the result; null while there is none.</summary>
    public IReadOnlyList<ActionOutput>? Outputs { get; set; }

    /// <summary>Why it has to run; null when its result is reused.</summary>
    public ItemReason? Reason { get; set; }
}
