using Cake.Core;
using Cake.Core.Diagnostics;

namespace Slipway.Build.Display;

/// <summary>
/// Cake's headings, each of a target that says something: what it does not fill is not shown, so that a run that finds everything done is a
/// few lines. The times of Cake's targets come with <c>--verbosity=verbose</c>: the run's own table says more.
/// </summary>
/// <param name="printer">Cake's own.</param>
/// <param name="log">Knows how much is to be said.</param>
public sealed class Headings(CakeReportPrinter printer, ICakeLog log) : ICakeReportPrinter
{
    private (string Name, Verbosity Verbosity)? _pending;

    private bool IsVerbose => log.Verbosity >= Verbosity.Verbose;

    /// <summary>Writes the heading of the target that has something to say now, unless it stands there already.</summary>
    public void Show()
    {
        if (_pending is var (name, verbosity))
        {
            _pending = null;
            printer.WriteStep(name, verbosity);
        }
    }

    /// <inheritdoc/>
    public void Write(CakeReport report)
    {
        if (IsVerbose)
            printer.Write(report);
    }

    /// <inheritdoc/>
    public void WriteLifeCycleStep(string name, Verbosity verbosity)
    {
        _pending = null;
        if (IsVerbose)
            printer.WriteLifeCycleStep(name, verbosity);
    }

    /// <inheritdoc/>
    public void WriteSkippedStep(string name, Verbosity verbosity) => printer.WriteSkippedStep(name, verbosity);

    /// <inheritdoc/>
    public void WriteStep(string name, Verbosity verbosity)
    {
        _pending = (name, verbosity);
        if (IsVerbose)
            Show();
    }
}
