using System.Text.Json;

namespace Slipway.Engine.Caching;

/// <summary>The reasons of many items for machines: each change and each note once, whole, with the number of items that have it.</summary>
internal static class ReasonList
{
    /// <param name="reasons">Why each item has to run.</param>
    public static IReadOnlyList<ReasonDocument> Of(IReadOnlyList<ItemReason> reasons) =>
    [
        // Changes are the same when they are written alike.
        .. reasons.SelectMany(reason => reason.Changes).Select(change => change.Document)
            .GroupBy(change => JsonSerializer.Serialize(change, ReasonJson.Default.ReasonDocument), StringComparer.Ordinal)
            .Select(change => change.First() with { Count = change.Count() }),
        .. reasons.SelectMany(reason => reason.Notes).CountBy(note => note, StringComparer.Ordinal)
            .Select(note => new NoteDocument { Note = note.Key, Count = note.Value }),
    ];
}
