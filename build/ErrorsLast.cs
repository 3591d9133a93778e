using Cake.Core;
using Cake.Core.Diagnostics;

namespace Slipway.Build;

/// <summary>Cake's log without its own line about a failed task: the host says at the end what went wrong, once.</summary>
/// <param name="console">Where the log goes.</param>
public sealed class ErrorsLast(IConsole console) : ICakeLog
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
        if (level > LogLevel.Error || Verbosity == Verbosity.Diagnostic)
        {
            _log.Write(verbosity, level, format, args);
        }
    }
}
