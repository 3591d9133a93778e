using System.Text.Json.Serialization;

namespace Slipway.Engine.Caching;

/// <summary>A reason for machines.</summary>
[JsonDerivedType(typeof(ValueDocument))]
[JsonDerivedType(typeof(FilesDocument))]
[JsonDerivedType(typeof(NoteDocument))]
internal abstract record ReasonDocument
{
    /// <summary>How many items have it.</summary>
    [JsonPropertyOrder(1)]
    public int Count { get; init; }
}

/// <summary>A <see cref="FingerprintChange"/>.</summary>
internal abstract record ChangeDocument : ReasonDocument
{
    [JsonPropertyOrder(-2)]
    public required string Kind { get; init; }

    [JsonPropertyOrder(-2)]
    public required string Role { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Added { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Changed { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Removed { get; init; }
}

/// <summary>One of a value: null where there was none, or is none.</summary>
internal sealed record ValueDocument : ChangeDocument
{
    [JsonPropertyOrder(-1)]
    public string? Old { get; init; }

    [JsonPropertyOrder(-1)]
    public string? New { get; init; }
}

/// <summary>One of files, of which only the names are told.</summary>
internal sealed record FilesDocument : ChangeDocument;

/// <summary>What is no change.</summary>
internal sealed record NoteDocument : ReasonDocument
{
    public required string Note { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(IReadOnlyList<ReasonDocument>))]
internal sealed partial class ReasonJson : JsonSerializerContext;
