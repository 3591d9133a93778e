using System.Text.Json.Serialization;
using Slipway.Engine.Files;

namespace Slipway.Pipeline.Commands.Publishing;

/// <summary>What AUTOMATIC1111 keeps beside a LoRA: the keys are its own, spaces and all, in the order in which it shows them.</summary>
/// <param name="Description">What it is.</param>
/// <param name="SdVersion">The kind of model that it belongs to.</param>
/// <param name="ActivationText">Goes into the prompt.</param>
/// <param name="PreferredWeight">Its strength there.</param>
/// <param name="NegativeText">Goes into the negative prompt.</param>
/// <param name="Notes">Any text.</param>
internal sealed record LoraUserMetadata(
    [property: JsonPropertyName("description")] string Description,
    [property: JsonPropertyName("sd version")] string SdVersion,
    [property: JsonPropertyName("activation text")] string ActivationText,
    [property: JsonPropertyName("preferred weight")] double PreferredWeight,
    [property: JsonPropertyName("negative text")] string NegativeText,
    [property: JsonPropertyName("notes")] string Notes);

[JsonSerializable(typeof(LoraUserMetadata))]
internal sealed partial class LoraUserMetadataJson : JsonSerializerContext
{
    /// <summary>As it is written.</summary>
    public static LoraUserMetadataJson Readable { get; } = new(ReadableJson.NewOptions());
}
