using System.Text.Json;
using System.Text.Json.Serialization;

namespace Slipway.Pipeline.Commands.Snapshots;

/// <summary>
/// What was accepted: <c>snapshot.verified.json</c>. It lists every file with its hash, so that one that is missing, damaged or of an acceptance that
/// was cut off is noticed; and it says what the results were made of, so that a difference can be named.
/// </summary>
/// <param name="Format">Version of this layout.</param>
/// <param name="Plan">Name of the plan's file.</param>
/// <param name="Profile">Name of its profile.</param>
/// <param name="Class">What last bits depend on besides the plan: processor, libraries, threads, card.</param>
/// <param name="Settings">The plan's values by path.</param>
/// <param name="Inputs">Hashes of the files that the plan names, by what they are.</param>
/// <param name="Evaluation">Hash of <c>evaluation.verified.json</c>.</param>
/// <param name="Pictures">The sample pictures, and after them the grids.</param>
public sealed record SnapshotManifest(
    int Format,
    string Plan,
    string Profile,
    IReadOnlyDictionary<string, string> Class,
    IReadOnlyDictionary<string, string> Settings,
    IReadOnlyDictionary<string, string> Inputs,
    string Evaluation,
    IReadOnlyList<SnapshotPicture> Pictures)
{
    /// <summary>The layout that is written.</summary>
    public const int Current = 1;

    /// <summary>Reads one.</summary>
    /// <param name="json">Its text.</param>
    /// <exception cref="InvalidDataException">It is none, or of a later Slipway.</exception>
    public static SnapshotManifest Parse(string json)
    {
        try
        {
            var manifest = JsonSerializer.Deserialize(json, SnapshotJson.Default.SnapshotManifest);
            return manifest is { Class: not null, Settings: not null, Inputs: not null, Evaluation: not null, Pictures: not null } && manifest.Pictures.All(picture => picture is { Name: not null, File: not null, Pixels: not null, Hash: not null })
                ? manifest.Format == Current ? manifest : throw new InvalidDataException($"has format {manifest.Format}; this Slipway reads {Current}")
                : throw new InvalidDataException("is not whole");
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException("is no JSON as Accept writes it", exception);
        }
    }

    /// <summary>Its text.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, SnapshotJson.Default.SnapshotManifest) + "\n";
}

/// <summary>An accepted picture.</summary>
/// <param name="Name">Its path in the folder of all outputs, without extension: <c>samples/v03/beach_11</c>, <c>grids/versions</c>.</param>
/// <param name="Width">Width in pixels, as it was made.</param>
/// <param name="Height">Height in pixels, as it was made.</param>
/// <param name="Pixels">Hash of size and pixels, as it was made.</param>
/// <param name="File">The file that is kept of it, in the folder of the snapshots.</param>
/// <param name="Hash">Hash of that file.</param>
public sealed record SnapshotPicture(string Name, int Width, int Height, string Pixels, string File, string Hash)
{
    /// <summary>Version, or <c>base</c>; null: a grid.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Version { get; init; }

    /// <summary>Kind of background that the prompt asks for; null: a grid.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Kind { get; init; }

    /// <summary>Its seed; null: a grid.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Seed { get; init; }

    /// <summary>Whether it is a grid.</summary>
    [JsonIgnore]
    public bool IsGrid => Version is null;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true, NewLine = "\n")]
[JsonSerializable(typeof(SnapshotManifest))]
internal sealed partial class SnapshotJson : JsonSerializerContext;
