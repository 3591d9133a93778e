using System.Diagnostics;
using System.Globalization;

namespace Slipway.Training.Metrics;

/// <summary>
/// <c>metrics.csv</c>: a header, then a line a step. Numbers are written so that they read back exactly.
/// The column <c>lr_te2</c>, the second text encoder's own rate, is there only on request.
/// The columns <c>loss/val</c>, <c>loss/val_subject</c> and <c>loss/val_background</c> are there only on request, and empty
/// where a step was not measured. The column <c>loss_scale</c> is there only on request; <c>grad_norm</c> is empty where the gradients
/// overflowed at it, and the step was left out.
/// The column <c>seconds</c> (since the file was opened) is there only on request: without it equal trainings give equal bytes.
/// </summary>
public sealed class MetricsCsv : IMetricsSink, IDisposable
{
    private readonly StreamWriter _writer;
    private readonly bool _withValidation;
    private readonly bool _withLossScale;
    private readonly bool _withSecondRate;
    private readonly Stopwatch? _clock;

    /// <summary>Opens the file and writes its first line, the names of the columns.</summary>
    public MetricsCsv(string path, bool withSeconds = false, bool withValidation = false, bool withLossScale = false, bool withSecondRate = false)
    {
        (_withValidation, _withLossScale, _withSecondRate) = (withValidation, withLossScale, withSecondRate);
        _writer = new StreamWriter(path) { NewLine = "\n", AutoFlush = true };
        _clock = withSeconds ? Stopwatch.StartNew() : null;
        _writer.WriteLine("step,epoch,loss,loss_average,grad_norm,lr_unet,lr_te" + (withSecondRate ? ",lr_te2" : "") + (withLossScale ? ",loss_scale" : "") + (withValidation ? ",loss/val,loss/val_subject,loss/val_background" : "") + (withSeconds ? ",seconds" : ""));
    }

    /// <inheritdoc/>
    public void Write(StepMetrics metrics)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        var line = string.Create(CultureInfo.InvariantCulture,
            $"{metrics.Step},{metrics.Epoch},{metrics.Loss:R},{metrics.AverageLoss:R},{GradNorm(metrics)},{metrics.LrUNet:R},{metrics.LrTextEncoder:R}");
        if (_withSecondRate)
            line += string.Create(CultureInfo.InvariantCulture, $",{metrics.LrTextEncoder2:R}");
        if (_withLossScale)
            line += string.Create(CultureInfo.InvariantCulture, $",{metrics.LossScale:R}");
        if (_withValidation)
            line += metrics.Validation is { } v ? $",{Number(v.Total)},{Number(v.Subject)},{Number(v.Background)}" : ",,,";
        _writer.WriteLine(_clock is null ? line : line + string.Create(CultureInfo.InvariantCulture, $",{_clock.Elapsed.TotalSeconds:F2}"));
    }

    // A norm that is none is shown where nobody expects it.
    private static string GradNorm(StepMetrics metrics) => metrics.LossScale is null ? metrics.GradNorm.ToString("R", CultureInfo.InvariantCulture) : Number(metrics.GradNorm);

    private static string Number(double value) => double.IsNaN(value) ? "" : value.ToString("R", CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public void Dispose() => _writer.Dispose();
}
