using Cake.Core;
using Cake.Core.Diagnostics;

namespace Slipway.Build.Display;

/// <summary>No headings and no table of tasks: for who asks for one document and reads it by program.</summary>
public sealed class NoReport : ICakeReportPrinter
{
    /// <inheritdoc/>
    public void Write(CakeReport report)
    {
    }

    /// <inheritdoc/>
    public void WriteLifeCycleStep(string name, Verbosity verbosity)
    {
    }

    /// <inheritdoc/>
    public void WriteSkippedStep(string name, Verbosity verbosity)
    {
    }

    /// <inheritdoc/>
    public void WriteStep(string name, Verbosity verbosity)
    {
    }
}
