using System.Text.Json;

namespace Slipway.Engine.Caching;

/// <summary>Actions and manifests as JSON. Reading throws <see cref="InvalidDataException"/> for anything else.</summary>
internal static class ActionJson
{
    public static byte[] Write(ActionResult result) => JsonSerializer.SerializeToUtf8Bytes(
        new ActionDocument
        {
            Stage = result.Stage,
            Item = result.Item,
            Seconds = result.Duration.TotalSeconds,
            From = result.From,
            Outputs = Documents(result.Outputs),
            Entries = [.. result.Entries.Select(entry => new EntryDocument { Kind = (int)entry.Kind, Role = entry.Role, Description = entry.Description, Hash = $"{entry.Hash}", Items = entry.Items })],
        },
        ActionDocumentJson.Default.ActionDocument);

    public static byte[] Write(StageManifest manifest) => JsonSerializer.SerializeToUtf8Bytes(
        new ManifestDocument
        {
            Stage = manifest.Stage,
            Items = [.. manifest.Items.Select(item => new ManifestDocument.Item { Label = item.Label, Key = $"{item.Key}", Outputs = Documents(item.Outputs) })],
        },
        ActionDocumentJson.Default.ManifestDocument);

    public static ActionResult ReadResult(ReadOnlyMemory<byte> json) => Read(json, bytes => JsonSerializer.Deserialize(bytes, ActionDocumentJson.Default.ActionDocument), document => new ActionResult(
        document.Stage,
        document.Item,
        [.. document.Entries.Select(Known).Select(entry => new FingerprintEntry((EntryKind)entry.Kind, entry.Role, entry.Description, Hash(entry.Hash, "hash")) { Items = entry.Items })],
        Outputs(document.Outputs),
        TimeSpan.FromSeconds(document.Seconds))
    {
        From = document.From,
    });

    public static DurationDocument ReadDuration(ReadOnlyMemory<byte> json) => Read(json, bytes => JsonSerializer.Deserialize(bytes, ActionDocumentJson.Default.DurationDocument), document => document);

    public static StageManifest ReadManifest(ReadOnlyMemory<byte> json) => Read(json, bytes => JsonSerializer.Deserialize(bytes, ActionDocumentJson.Default.ManifestDocument), document => new StageManifest(
        document.Stage,
        [.. document.Items.Select(Known).Select(item => new StageManifest.Item(item.Label, Hash(item.Key, "key"), Outputs(item.Outputs)))]));

    private delegate TDocument? Reader<out TDocument>(ReadOnlySpan<byte> json);

    private static T Read<TDocument, T>(ReadOnlyMemory<byte> json, Reader<TDocument> read, Func<TDocument, T> made)
        where TDocument : class
    {
        try
        {
            return made(Known(read(json.Span)));
        }
        catch (Exception exception) when (exception is JsonException or OverflowException)
        {
            throw new InvalidDataException("not a record of this cache", exception);
        }
    }

    // A document, or one of a list, may be null whatever its type says.
    private static T Known<T>(T? document)
        where T : class => document ?? throw new JsonException("null is no record.");

    private static OutputDocument[] Documents(IReadOnlyList<ActionOutput> outputs) =>
        [.. outputs.Select(output => new OutputDocument { Slot = output.Slot, Path = output.Path, Hash = $"{output.Blob.Hash}", Size = output.Blob.Size })];

    private static ActionOutput[] Outputs(OutputDocument[] documents) => Array.ConvertAll(documents, document =>
    {
        var output = new ActionOutput(Known(document).Slot, document.Path, new Blob(Hash(document.Hash, "hash"), document.Size));
        return output.IsSafe ? output : throw new InvalidDataException($"the output path {output.Path} leaves its folder");
    });

    private static ContentHash Hash(string text, string name) =>
        ContentHash.TryParse(text, out var hash) ? hash : throw new InvalidDataException($"{name} is no SHA-256");
}
