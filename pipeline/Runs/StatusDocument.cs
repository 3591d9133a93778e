using System.Text.Json.Serialization;
using Slipway.Engine.Caching;
using Slipway.Engine.Files;

namespace Slipway.Pipeline.Runs;

/// <summary>A <see cref="StatusReport"/> for machines: members in this order.</summary>
internal sealed record StatusDocument(string Plan, string Profile, IReadOnlyList<StatusDocument.OfStage> Stages, IReadOnlyList<string> Edited, string? RemoteCache)
{
    /// <summary>What a run would find of a stage.</summary>
    internal sealed record OfStage(string Stage, string? Version, int WouldRun, int Reused, int Remote, double? Seconds, IReadOnlyList<ReasonDocument> Reasons);
}

[JsonSerializable(typeof(StatusDocument))]
internal sealed partial class StatusJson : JsonSerializerContext
{
    /// <summary>As it is written.</summary>
    public static StatusJson Readable { get; } = new(ReadableJson.NewOptions());
}
