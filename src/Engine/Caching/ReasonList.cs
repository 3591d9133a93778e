using System.Text;
using System.Text.Json;

namespace Slipway.Engine.Caching;

/// <summary>The reasons of many items for machines: each change and each note once, whole, with the number of items that have it.</summary>
public static class ReasonList
{
    /// <param name="json">Takes an array.</param>
    /// <param name="reasons">Why each item has to run.</param>
    public static void WriteTo(Utf8JsonWriter json, IReadOnlyList<ItemReason> reasons)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(reasons);
        json.WriteStartArray();
        // Changes are the same when they are written alike.
        foreach (var change in reasons.SelectMany(reason => reason.Changes).GroupBy(Written, StringComparer.Ordinal))
        {
            json.WriteStartObject();
            change.First().WriteTo(json);
            json.WriteNumber("count", change.Count());
            json.WriteEndObject();
        }

        foreach (var note in reasons.SelectMany(reason => reason.Notes).GroupBy(note => note, StringComparer.Ordinal))
        {
            json.WriteStartObject();
            json.WriteString("note", note.Key);
            json.WriteNumber("count", note.Count());
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static string Written(FingerprintChange change)
    {
        using var memory = new MemoryStream();
        using (var json = new Utf8JsonWriter(memory))
        {
            json.WriteStartObject();
            change.WriteTo(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(memory.GetBuffer(), 0, (int)memory.Length);
    }
}
