using System.Text.Json;
using System.Text.Json.Serialization;

namespace Slipway.Training.Options;

/// <summary>Whether inner results of the UNet's blocks are computed again for the backward pass.</summary>
public enum Checkpointing
{
    /// <summary>They are kept.</summary>
    False,

    /// <summary>They are computed again.</summary>
    True,

    /// <summary>They are kept where memory allows; the bits are those of <see cref="True"/> either way.</summary>
    Auto,
}

/// <summary>As JSON <c>true</c>, <c>false</c> or <c>"auto"</c>.</summary>
internal sealed class CheckpointingConverter : JsonConverter<Checkpointing>
{
    private const string Auto = "auto";

    public override Checkpointing Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.True => Checkpointing.True,
        JsonTokenType.False => Checkpointing.False,
        JsonTokenType.String when reader.ValueTextEquals(Auto) => Checkpointing.Auto,
        _ => throw new JsonException("Expected true, false or \"auto\"."),
    };

    public override void Write(Utf8JsonWriter writer, Checkpointing value, JsonSerializerOptions options)
    {
        if (value == Checkpointing.Auto)
            writer.WriteStringValue(Auto);
        else
            writer.WriteBooleanValue(value == Checkpointing.True);
    }
}
