using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Slipway.Engine.Options;
using Slipway.Pipeline.Plans.Yaml;

namespace Slipway.Pipeline.Plans.Reference;

/// <summary>The JSON schema by which editors complete and check a plan (draft 2020-12).</summary>
public static class PlanSchema
{
    private const string Part = "part";
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The schema's text.</summary>
    public static string Text => new JsonObject
    {
        ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
        ["title"] = "Slipway's plan",
        ["$defs"] = new JsonObject { [Part] = Mapping(PlanSections.Top, isClosed: false) },
        ["type"] = "object",
        ["$ref"] = $"#/$defs/{Part}",
        ["properties"] = new JsonObject
        {
            ["default_profile"] = new JsonObject { ["type"] = "string", ["description"] = "The profile that is taken where --profile names none." },
            ["profiles"] = new JsonObject
            {
                ["type"] = "object",
                ["description"] = "Each lays its values over those of the rest: mappings are merged, values and lists are replaced.",
                ["additionalProperties"] = new JsonObject
                {
                    ["$ref"] = $"#/$defs/{Part}",
                    ["properties"] = new JsonObject { [Inheritance.Key] = new JsonObject { ["type"] = "string", ["description"] = "Another profile, over which this one is laid." } },
                    ["unevaluatedProperties"] = false,
                },
            },
        },
        ["unevaluatedProperties"] = false,
    }.ToJsonString(Indented) + "\n";

    // A profile may leave out what stands above it, and a version what it inherits: nothing is required here; the reader says what is missing.
    private static JsonObject Mapping(PlanSection section, bool isClosed = true)
    {
        var properties = new JsonObject();
        foreach (var option in section.Options)
            properties[option.Name] = Value(option);
        foreach (var below in section.Sections)
        {
            var mapping = Mapping(below);
            mapping["description"] = below.Says;
            properties[below.Key] = below.IsNamed
                ? new JsonObject { ["type"] = OrNull("object"), ["description"] = below.Says, ["additionalProperties"] = Mapping(below) }
                : mapping;
        }

        var schema = new JsonObject { ["type"] = OrNull("object"), ["properties"] = properties };
        if (isClosed)
            schema["additionalProperties"] = false;
        return schema;
    }

    private static JsonObject Value(IOption option)
    {
        var schema = option.Schema();
        if (!option.IsRequired)
            schema = WithNull(schema);
        schema["description"] = option.Says;
        if (option.Default.Length > 0 && option.Otherwise.Length == 0)
            schema["default"] = option.IsText ? option.Default : Parsed(option.Default);
        return schema;
    }

    // Null takes a value away that was inherited.
    private static JsonObject WithNull(JsonObject schema)
    {
        if (schema["type"] is JsonValue type)
            schema["type"] = OrNull(type.GetValue<string>());
        else if (schema["enum"] is JsonArray words)
            words.Add(null);
        else if (schema["anyOf"] is JsonArray kinds)
            kinds.Add(new JsonObject { ["type"] = "null" });
        return schema;
    }

    private static JsonArray OrNull(string type) => new(type, "null");

    private static JsonNode? Parsed(string text) => text.Contains(',', StringComparison.Ordinal) ? JsonNode.Parse($"[{text}]") : JsonNode.Parse(text);
}
