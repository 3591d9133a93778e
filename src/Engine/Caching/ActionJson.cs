using System.Buffers;
using System.Text.Json;

namespace Slipway.Engine.Caching;

/// <summary>Actions and manifests as JSON. Reading throws <see cref="InvalidDataException"/> for anything else.</summary>
internal static class ActionJson
{
    public static ReadOnlySpan<byte> Write(ActionResult result) => Write(writer =>
    {
        writer.WriteString("stage", result.Stage);
        writer.WriteString("item", result.Item);
        writer.WriteNumber("seconds", result.Duration.TotalSeconds);
        if (result.From is { } from)
            writer.WriteString("from", from);
        WriteOutputs(writer, result.Outputs);
        writer.WriteStartArray("entries");
        foreach (var entry in result.Entries)
            WriteEntry(writer, entry);
        writer.WriteEndArray();
    });

    public static ReadOnlySpan<byte> Write(StageManifest manifest) => Write(writer =>
    {
        writer.WriteString("stage", manifest.Stage);
        writer.WriteStartArray("items");
        foreach (var item in manifest.Items)
        {
            writer.WriteStartObject();
            writer.WriteString("label", item.Label);
            writer.WriteString("key", item.Key.ToString());
            WriteOutputs(writer, item.Outputs);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    });

    public static ActionResult ReadResult(ReadOnlyMemory<byte> json) => Read(json, root => new ActionResult(
        Text(root, "stage"),
        Text(root, "item"),
        [.. root.GetProperty("entries").EnumerateArray().Select(ReadEntry)],
        ReadOutputs(root),
        TimeSpan.FromSeconds(root.GetProperty("seconds").GetDouble()))
    {
        From = root.TryGetProperty("from", out var from) ? from.GetString() : null,
    });

    public static StageManifest ReadManifest(ReadOnlyMemory<byte> json) => Read(json, root => new StageManifest(
        Text(root, "stage"),
        [.. root.GetProperty("items").EnumerateArray().Select(item =>
            new StageManifest.Item(Text(item, "label"), Hash(item, "key"), ReadOutputs(item)))]));

    private static ReadOnlySpan<byte> Write(Action<Utf8JsonWriter> content)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            content(writer);
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan;
    }

    private static void WriteEntry(Utf8JsonWriter writer, FingerprintEntry entry)
    {
        writer.WriteStartObject();
        writer.WriteNumber("kind", (int)entry.Kind);
        writer.WriteString("role", entry.Role);
        writer.WriteString("description", entry.Description);
        writer.WriteString("hash", entry.Hash.ToString());
        if (entry.Items is { } items)
            WriteItems(writer, items);
        writer.WriteEndObject();
    }

    private static void WriteItems(Utf8JsonWriter writer, IReadOnlyList<string> items)
    {
        writer.WriteStartArray("items");
        foreach (var item in items)
            writer.WriteStringValue(item);
        writer.WriteEndArray();
    }

    private static void WriteOutputs(Utf8JsonWriter writer, IReadOnlyList<ActionOutput> outputs)
    {
        writer.WriteStartArray("outputs");
        foreach (var output in outputs)
        {
            writer.WriteStartObject();
            writer.WriteNumber("slot", output.Slot);
            writer.WriteString("path", output.Path);
            writer.WriteString("hash", output.Blob.Hash.ToString());
            writer.WriteNumber("size", output.Blob.Size);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static T Read<T>(ReadOnlyMemory<byte> json, Func<JsonElement, T> read)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return read(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or OverflowException)
        {
            throw new InvalidDataException("not a record of this cache", e);
        }
    }

    private static FingerprintEntry ReadEntry(JsonElement entry) => new(
        (EntryKind)entry.GetProperty("kind").GetInt32(), Text(entry, "role"), Text(entry, "description"), Hash(entry, "hash"))
    {
        Items = entry.TryGetProperty("items", out var items) ? [.. items.EnumerateArray().Select(item => item.GetString()!)] : null,
    };

    private static ActionOutput[] ReadOutputs(JsonElement element) =>
        [.. element.GetProperty("outputs").EnumerateArray().Select(ReadOutput)];

    private static ActionOutput ReadOutput(JsonElement element)
    {
        var blob = new Blob(Hash(element, "hash"), element.GetProperty("size").GetInt64());
        var output = new ActionOutput(element.GetProperty("slot").GetInt32(), Text(element, "path"), blob);
        return output.IsSafe ? output : throw new InvalidDataException($"the output path {output.Path} leaves its folder");
    }

    private static string Text(JsonElement element, string name) =>
        element.GetProperty(name).GetString() ?? throw new InvalidDataException($"{name} is null");

    private static ContentHash Hash(JsonElement element, string name) =>
        ContentHash.TryParse(element.GetProperty(name).GetString(), out var hash)
            ? hash
            : throw new InvalidDataException($"{name} is no SHA-256");
}
