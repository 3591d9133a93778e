using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Slipway.Engine.Files;

namespace Slipway.Pipeline.Commands.Origins;

/// <summary>An <see cref="Origin"/> for machines: the steps with every item, its settings, files and inputs; members in this order.</summary>
internal sealed record OriginDocument(OriginDocument.OutputFile Output, IReadOnlyList<OriginDocument.Step> Steps)
{
    public static OriginDocument Of(Origin origin) => new(
        new OutputFile(origin.Name, $"{origin.Hash}", origin.Note),
        [.. origin.Steps.Select(step => new Step(step.Stage, [.. step.Results.Select(Document)]))]);

    private static Result Document(OriginResult result) => new(
        result.Item,
        $"{result.Key}",
        result.Made?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        result.Took?.TotalSeconds,
        result.From,
        Named(result.Settings),
        Named(result.Environment),
        [.. result.Files.Select(file => new UserFile(file.Role, file.Path, $"{file.Hash}", JsonNamingPolicy.SnakeCaseLower.ConvertName($"{file.State}")))],
        [.. result.Parts.Select(part => new Part(part.Role, part.Path, $"{part.Hash}", part.Stage, part.Key?.ToString()))]);

    private static Dictionary<string, string> Named(IEnumerable<KeyValuePair<string, string>> pairs) => new(pairs, StringComparer.Ordinal);

    /// <summary>The file itself.</summary>
    internal sealed record OutputFile(string Name, string Sha256, string? Note);

    /// <summary>A stage.</summary>
    internal sealed record Step(string Stage, IReadOnlyList<Result> Items);

    /// <summary>A result of it.</summary>
    internal sealed record Result(
        string Item,
        string Key,
        string? Made,
        double? Seconds,
        string? From,
        IReadOnlyDictionary<string, string> Settings,
        IReadOnlyDictionary<string, string> Environment,
        IReadOnlyList<UserFile> Files,
        IReadOnlyList<Part> MadeOf);

    /// <summary>A file of the user's.</summary>
    internal sealed record UserFile(string Role, string Path, string Sha256, string Now);

    /// <summary>A file that another stage gave.</summary>
    internal sealed record Part(string Role, string Path, string Sha256, string? Stage, string? Key);
}

/// <summary>An <see cref="OriginDifference"/> for machines: the changes; members in this order.</summary>
internal sealed record OriginDifferenceDocument(
    OriginDifferenceDocument.Side A, OriginDifferenceDocument.Side B, IReadOnlyList<OriginDifferenceDocument.ChangeOf> Changes, IReadOnlyList<string> OnlyA, IReadOnlyList<string> OnlyB)
{
    public static OriginDifferenceDocument Of(OriginDifference difference) => new(
        new Side(difference.A.Name, $"{difference.A.Hash}"),
        new Side(difference.B.Name, $"{difference.B.Hash}"),
        [.. difference.Changes.Select(change => new ChangeOf(change.Stage, change.Items, change.Of, change.Change))],
        difference.OnlyA,
        difference.OnlyB);

    /// <summary>One of the two files.</summary>
    internal sealed record Side(string Name, string Sha256);

    /// <summary>What is different in a stage.</summary>
    internal sealed record ChangeOf(string Stage, int Items, int Of, string Change);
}

[JsonSerializable(typeof(OriginDocument))]
[JsonSerializable(typeof(OriginDifferenceDocument))]
internal sealed partial class OriginJson : JsonSerializerContext
{
    /// <summary>As it is written.</summary>
    public static OriginJson Readable { get; } = new(ReadableJson.NewOptions());
}
