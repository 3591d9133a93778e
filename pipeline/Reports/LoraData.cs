using System.Text.Json;
using System.Text.Json.Nodes;
using Slipway.Diffusion.Files;

namespace Slipway.Pipeline.Reports;

/// <summary>What a LoRA file says of itself.</summary>
/// <param name="File">Where it is laid out, relative to the folder of all outputs.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">Its hash.</param>
internal sealed record LoraData(string File, long Bytes, string Sha256)
{
    /// <summary>Key of the training that wrote it.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>Programs and their versions.</summary>
    public JsonNode? Versions { get; init; }

    /// <summary>The files that it was made of, with the hash of each; null where the file does not say.</summary>
    public IReadOnlyList<KeyValuePair<string, string>>? Origins { get; init; }

    /// <summary>How many files it was made of.</summary>
    public int OriginCount { get; init; }

    /// <summary>Training folders: how many pictures each has, how often an epoch sees each, and its tags, the most frequent first.</summary>
    public IReadOnlyList<FolderData>? Folders { get; init; }

    /// <summary>The sizes at which pictures were trained; null: all at the same.</summary>
    public IReadOnlyList<BucketData>? Buckets { get; init; }

    /// <summary>Optimizer steps.</summary>
    public string? Steps { get; init; }

    /// <summary>Rank of the network.</summary>
    public string? Rank { get; init; }

    // A hundred composites are told by their number; the others by name.
    private const int MostOrigins = 40;
    private const int MostTags = 60;

    /// <summary>Reads the file's header; no tensor.</summary>
    public static LoraData Read(string source, string file, string sha256)
    {
        using var lora = SafetensorsFile.Open(source);
        var metadata = lora.Metadata;
        var origins = Object(metadata, "slipway.manifest")?.Select(pair => KeyValuePair.Create(pair.Key, $"{pair.Value}")).ToList();
        return new LoraData(file, new FileInfo(source).Length, sha256)
        {
            Fingerprint = metadata.GetValueOrDefault("slipway.fingerprint"),
            Versions = Object(metadata, "slipway.versions"),
            Origins = origins?.Where(origin => !origin.Key.StartsWith("image", StringComparison.Ordinal) && !origin.Key.StartsWith("caption", StringComparison.Ordinal)).Take(MostOrigins).ToList(),
            OriginCount = origins?.Count ?? 0,
            Folders = ReadFolders(metadata),
            Buckets = ReadBuckets(metadata),
            Steps = metadata.GetValueOrDefault("ss_steps") ?? metadata.GetValueOrDefault("ss_max_train_steps"),
            Rank = metadata.GetValueOrDefault("ss_network_dim"),
        };
    }

    private static List<FolderData>? ReadFolders(IReadOnlyDictionary<string, string> metadata)
    {
        var tags = Object(metadata, "ss_tag_frequency");
        return tags is null
            ? null
            : [
                .. from folder in tags
                   let counts = Folder(metadata, folder.Key)
                   select new FolderData(
                       folder.Key,
                       Number(counts?["img_count"]),
                       Number(counts?["n_repeats"]),
                       [.. (folder.Value as JsonObject ?? []).Select(tag => new TagData(tag.Key, Number(tag.Value))).OrderByDescending(tag => tag.Count).ThenBy(tag => tag.Tag, StringComparer.Ordinal).Take(MostTags)]),
            ];
    }

    private static JsonNode? Folder(IReadOnlyDictionary<string, string> metadata, string name) =>
        Object(metadata, "ss_dataset_dirs")?[name] ?? Object(metadata, "ss_reg_dataset_dirs")?[name];

    private static List<BucketData>? ReadBuckets(IReadOnlyDictionary<string, string> metadata) => Object(metadata, "ss_bucket_info")?["buckets"] is JsonObject buckets
        ? [.. buckets.Select(bucket => new BucketData(Number(bucket.Value?["resolution"]?[0]), Number(bucket.Value?["resolution"]?[1]), Number(bucket.Value?["count"])))]
        : null;

    // Metadata comes from a file that need not be ours; what is no JSON says nothing.
    private static JsonObject? Object(IReadOnlyDictionary<string, string> metadata, string key)
    {
        try
        {
            return metadata.TryGetValue(key, out var text) ? JsonNode.Parse(text) as JsonObject : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static int Number(JsonNode? node) => node is JsonValue value && value.TryGetValue<int>(out var number) ? number : 0;
}

/// <summary>A training folder.</summary>
internal sealed record FolderData(string Name, int Pictures, int Repeats, IReadOnlyList<TagData> Tags);

/// <summary>A tag and in how many captions it is.</summary>
internal sealed record TagData(string Tag, int Count);

/// <summary>A size at which pictures were trained, and how many uses an epoch has of it.</summary>
internal sealed record BucketData(int Width, int Height, int Count);
