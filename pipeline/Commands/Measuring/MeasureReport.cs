using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Slipway.Pipeline.Jobs;

namespace Slipway.Pipeline.Commands.Measuring;

/// <summary>What <c>--target=Measure</c> found.</summary>
public sealed class MeasureReport
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly MascotFigures _mascot;
    private readonly IReadOnlyList<(string File, EvaluationFigures Figures, IReadOnlyDictionary<string, string> Reasons)> _pictures;

    internal MeasureReport(MascotFigures mascot, IReadOnlyList<(string File, EvaluationFigures Figures, IReadOnlyDictionary<string, string> Reasons)> pictures) =>
        (_mascot, _pictures) = (mascot, pictures);

    private EvaluationFigures All => EvaluationFigures.Of(_pictures.Select(picture => picture.Figures));

    // A measure that some pictures give has a mean.
    private Dictionary<string, string> Reasons => EvaluationFigures.Measures
        .Where(measure => measure.Of(All) is null)
        .Select(measure => (measure.Name, Reason: _pictures.Select(picture => picture.Reasons.GetValueOrDefault(measure.Name)).FirstOrDefault(reason => reason is not null)))
        .Where(measure => measure.Reason is not null)
        .ToDictionary(measure => measure.Name, measure => measure.Reason!, StringComparer.Ordinal);

    /// <summary>One document: <c>all</c>, <c>mascot</c>, and <c>pictures</c> with a <c>file</c> each; what cannot be told is null, and <c>reasons</c> says why.</summary>
    public string ToJson() => new JsonObject
    {
        ["all"] = Object(null, All, Reasons),
        ["mascot"] = new JsonObject { ["threshold"] = _mascot.Threshold, ["can_be_told"] = _mascot.CanBeTold, ["reason"] = _mascot.Reason },
        ["pictures"] = new JsonArray([.. _pictures.Select(picture => Object(picture.File, picture.Figures, picture.Reasons))]),
    }.ToJsonString(Indented);

    /// <summary>A line a measure, then a line a picture, then what could not be told.</summary>
    public IEnumerable<string> Lines()
    {
        yield return $"{_pictures.Count} picture{(_pictures.Count == 1 ? "" : "s")}:";
        foreach (var (name, of) in EvaluationFigures.Measures)
        {
            if (of(All) is { } value)
                yield return $"  {name,-18}{Number(value)}";
        }

        foreach (var (file, figures, _) in _pictures)
        {
            var text = new StringBuilder(file).Append(": mascot ").Append(figures.MascotPresence switch { null => "?", 0 => "no", _ => "yes" });
            text.Append(" (").Append(figures.MascotScore is { } score ? Number(score) : "nowhere").Append(')');
            if (figures.BackgroundRecall is { } found)
                text.Append(", background ").Append(found == 1 ? "found" : "not found");
            yield return text.ToString();
        }

        foreach (var (name, reason) in Reasons)
            yield return $"{name}: not told. {reason}";
    }

    private static string Number(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);

    // The figures stand beside the file's name: a record has no other's members among its own.
    private static JsonObject Object(string? file, EvaluationFigures figures, IReadOnlyDictionary<string, string> reasons)
    {
        var result = new JsonObject();
        if (file is not null)
            result["file"] = file;
        foreach (var (name, value) in JsonSerializer.SerializeToNode(figures, EvaluationJson.Default.EvaluationFigures)!.AsObject())
            result[name] = value?.DeepClone();
        result["reasons"] = new JsonObject(reasons.OrderBy(reason => reason.Key, StringComparer.Ordinal).Select(reason => KeyValuePair.Create(reason.Key, (JsonNode?)reason.Value)));
        return result;
    }
}
