using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Slipway.Build.Benches.Device;

/// <summary>What came of all checks.</summary>
/// <param name="Device">Name of the device; null where libtorch does not have it.</param>
/// <param name="Findings">In the order of the checks.</param>
internal sealed record DeviceReport(string? Device, IReadOnlyList<DeviceFinding> Findings)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Names of the checks that failed.</summary>
    public IReadOnlyList<string> Failed => [.. Findings.Where(finding => finding.Outcome == CheckOutcome.Failed).Select(finding => finding.Check)];

    /// <summary>A table in Markdown, a line a check.</summary>
    public IEnumerable<string> Table() =>
    [
        "| check | | found | must be | seconds |",
        "|---|---|---|---|---|",
        .. Findings.Select(finding => string.Create(CultureInfo.InvariantCulture, $"| {finding.Check} | {finding.Word} | {Cell(finding.Found)} | {finding.Allowed} | {finding.Seconds:F1} |")),
    ];

    /// <summary>One document for machines.</summary>
    public string ToJson() => new JsonObject
    {
        ["device"] = Device,
        ["passed"] = Count(CheckOutcome.Passed),
        ["failed"] = Count(CheckOutcome.Failed),
        ["not_measured"] = Count(CheckOutcome.NotMeasured),
        ["checks"] = new JsonArray([.. Findings.Select(ToJson)]),
    }.ToJsonString(Indented);

    private static JsonObject ToJson(DeviceFinding finding) => new()
    {
        ["check"] = finding.Check,
        ["outcome"] = finding.Outcome switch { CheckOutcome.Passed => "passed", CheckOutcome.Failed => "failed", _ => "not_measured" },
        ["found"] = finding.Found,
        ["must_be"] = finding.Allowed,
        ["seconds"] = Math.Round(finding.Seconds, 3),
        ["figures"] = new JsonObject(finding.Figures.Where(figure => double.IsFinite(figure.Value)).Select(figure => KeyValuePair.Create(figure.Key, (JsonNode?)figure.Value))),
    };

    private int Count(CheckOutcome outcome) => Findings.Count(finding => finding.Outcome == outcome);

    private static string Cell(string text) => text.Replace('|', '/');
}
