using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;

namespace Slipway.Pipeline.Reports;

/// <summary>
/// How the page's data is written: names in snake case, nothing that is null, and no character that could end a script element or begin a
/// comment in HTML, so that the same text is a file and a part of the page.
/// </summary>
internal static class ReportJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
    };

    /// <summary>A value as JSON, a line break at its end.</summary>
    public static string Write<T>(T value) => JsonSerializer.Serialize(value, Options) + "\n";

    /// <summary>The same for what a page loads as a script: an assignment to a global name.</summary>
    public static string WriteScript<T>(string name, T value) => $"window.{name} = {JsonSerializer.Serialize(value, Options)};\n";
}
