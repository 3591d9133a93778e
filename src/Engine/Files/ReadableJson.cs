using System.Text.Encodings.Web;
using System.Text.Json;

namespace Slipway.Engine.Files;

/// <summary>How documents are written that machines and people read: names in snake case, a member a line, letters of all languages as they are.</summary>
public static class ReadableJson
{
    /// <summary>Options for a serializer of its own, which binds them to itself.</summary>
    public static JsonSerializerOptions NewOptions() => new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };
}
