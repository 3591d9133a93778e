using System.Diagnostics;
using System.Globalization;

namespace Slipway.Training;

/// <summary>
/// <c>metrics.csv</c>: a header, then a line a step. Numbers are written so that they read back exactly.
/// The column <c>seconds</c> (since the file was opened) is there only on request: without it equal trainings give equal bytes.
/// </summary>
public sealed class MetricsCsv : IMetricsSink, IDisposable
{
    private readonly StreamWriter _writer;
    private readonly Stopwatch? _clock;

    public MetricsCsv(string path, bool withSeconds = false)
    {
        _writer = new StreamWriter(path) { NewLine = "\n", AutoFlush = true };
        _clock = withSeconds ? Stopwatch.StartNew() : null;
        _writer.WriteLine("step,epoch,loss,loss_average,grad_norm,lr_unet,lr_te" + (withSeconds ? ",seconds" : ""));
    }

    public void Write(StepMetrics metrics)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        var line = string.Create(CultureInfo.InvariantCulture,
            $"{metrics.Step},{metrics.Epoch},{metrics.Loss:R},{metrics.AverageLoss:R},{metrics.GradNorm:R},{metrics.LrUNet:R},{metrics.LrTextEncoder:R}");
        _writer.WriteLine(_clock is null ? line : line + string.Create(CultureInfo.InvariantCulture, $",{_clock.Elapsed.TotalSeconds:F2}"));
    }

    public void Dispose() => _writer.Dispose();
}
