using System.Text.Json.Serialization;

namespace Slipway.Engine.Caching;

/// <summary>What lies of an <see cref="ActionResult"/> in people's caches: members in this order.</summary>
internal sealed record ActionDocument
{
    public required string Stage { get; init; }

    public required string Item { get; init; }

    public required double Seconds { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? From { get; init; }

    public required OutputDocument[] Outputs { get; init; }

    public required EntryDocument[] Entries { get; init; }
}

/// <summary>Of an <see cref="ActionDocument"/> how long the work took; what else is in it, a hundred thousand entries perhaps, is passed over.</summary>
internal sealed record DurationDocument
{
    public required double Seconds { get; init; }
}

/// <summary>What lies there of a <see cref="StageManifest"/>.</summary>
internal sealed record ManifestDocument
{
    public required string Stage { get; init; }

    public required Item[] Items { get; init; }

    /// <summary>Of one of its items.</summary>
    internal sealed record Item
    {
        public required string Label { get; init; }

        public required string Key { get; init; }

        public required OutputDocument[] Outputs { get; init; }
    }
}

/// <summary>Of an <see cref="ActionOutput"/>.</summary>
internal sealed record OutputDocument
{
    public required int Slot { get; init; }

    public required string Path { get; init; }

    public required string Hash { get; init; }

    public required long Size { get; init; }
}

/// <summary>Of a <see cref="FingerprintEntry"/>.</summary>
internal sealed record EntryDocument
{
    public required int Kind { get; init; }

    public required string Role { get; init; }

    public required string Description { get; init; }

    public required string Hash { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Items { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(ActionDocument))]
[JsonSerializable(typeof(DurationDocument))]
[JsonSerializable(typeof(ManifestDocument))]
internal sealed partial class ActionDocumentJson : JsonSerializerContext;
