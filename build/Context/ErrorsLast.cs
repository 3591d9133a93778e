using System.Globalization;
using Cake.Core;
using Cake.Core.Diagnostics;

namespace Slipway.Build.Context;

/// <summary>Cake's log without its own lines about a failed task: the program says at the end what went wrong, once.</summary>
/// <param name="console">Where the log goes.</param>
/// <param name="exit">Takes the errors.</param>
public sealed class ErrorsLast(IConsole console, ExitStatus exit) : ICakeLog
{
    private readonly CakeBuildLog _log = new(console);

    /// <inheritdoc/>
    public Verbosity Verbosity
    {
        get => _log.Verbosity;
        set => _log.Verbosity = value;
    }

    /// <inheritdoc/>
    public void Write(Verbosity verbosity, LogLevel level, string format, params object[] args)
    {
        if (level <= LogLevel.Error)
            exit.Hear(args.Length == 0 ? format : string.Format(CultureInfo.InvariantCulture, format, args));

        if (level > LogLevel.Error || Verbosity == Verbosity.Diagnostic)
            _log.Write(verbosity, level, format, args);
    }
}
