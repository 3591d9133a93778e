using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Slipway.Training.Metrics;
using Slipway.Training.Validation;

namespace Slipway.Pipeline.Jobs;

/// <summary>The content of <c>validation.json</c>: how long a training was, and what was measured of the weights that it ended with.</summary>
/// <param name="Steps">Optimizer steps taken; null where nothing was trained.</param>
/// <param name="KeptStep">The step whose weights were kept: the best one of early stopping, else the last.</param>
/// <param name="Val">Mean squared error over whole pictures.</param>
/// <param name="ValSubject">On the subject; null where it is not known where that is.</param>
/// <param name="ValBackground">On the background; null where it is not known where that is.</param>
internal sealed record KeptMeasurement(int? Steps, int? KeptStep, double Val, double? ValSubject, double? ValBackground)
{
    public static KeptMeasurement From(ValidationHook hook) => From(hook.Last!.Value.Step, hook.Kept!.Value.Step, hook.Kept.Value.Losses);

    public static KeptMeasurement From(int? steps, int? kept, ValidationLosses losses) => new(steps, kept, losses.Total, Known(losses.Subject), Known(losses.Background));

    public static KeptMeasurement Parse(string json) => JsonSerializer.Deserialize(json, KeptMeasurementJson.Default.KeptMeasurement)!;

    public string ToJson() => JsonSerializer.Serialize(this, KeptMeasurementJson.Default.KeptMeasurement) + "\n";

    public string Describe() => string.Create(
        CultureInfo.InvariantCulture,
        $"loss/val {Val:F4}{(ValSubject is null ? "" : $", subject {ValSubject:F4}, background {ValBackground:F4}")}");

    private static double? Known(double loss) => double.IsFinite(loss) ? loss : null;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(KeptMeasurement))]
internal sealed partial class KeptMeasurementJson : JsonSerializerContext;
