using Slipway.Engine.Execution;
using Slipway.Pipeline.Plans.Yaml;

namespace Slipway.Build.Context;

/// <summary>
/// What the process ends with: 0 done, 1 the work failed, 2 configuration or input is wrong, 3 a result differs from what was
/// recorded, 130 stopped by Ctrl-C, 143 by SIGTERM.
/// </summary>
public sealed class ExitStatus
{
    /// <summary>errno of Linux and macOS: no space left, read-only file system, quota used up; ERROR_DISK_FULL of Windows.</summary>
    private static readonly int[] NotWritable = [28, 30, 69, 112, 122];

    /// <summary>EIO of Linux and macOS.</summary>
    private const int Fault = 5;

    /// <summary>Null while nothing has gone wrong.</summary>
    public int? Code { get; private set; }

    /// <summary>What a cancelled run ends with.</summary>
    public int Cancelled { get; set; } = 130;

    /// <summary>What went wrong, for the user; null while nothing has.</summary>
    public string? Error { get; private set; }

    /// <summary>Remembers a failure; the first counts.</summary>
    public void Set(Exception exception)
    {
        if (Code is null)
        {
            Code = CodeOf(exception);
            Error = exception is OperationCanceledException ? "Stopped. The same command goes on where this one was." : exception.Message + Advice(exception);
        }
    }

    /// <summary>Remembers what the host said of a failure, unless a task has said it better.</summary>
    public void Hear(string error)
    {
        if (Code is null)
            Error = error;
    }

    // The system says that it is the disk, and nothing more.
    private static string Advice(Exception exception) => exception switch
    {
        RunFailedException failed => Advice(failed.Failures[0]),
        AggregateException { InnerException: { } inner } => Advice(inner),
        IOException io when (io.HResult & 0xFFFF) == Fault => ". The disk, or the way to it, fails there; what the system says of it stands in its log (dmesg). What was finished stays, nothing half-written has a name, and the same command goes on when the disk works.",
        _ => "",
    };

    /// <summary>The code that a failure comes to.</summary>
    public int CodeOf(Exception exception) => exception switch
    {
        RunFailedException failed => CodeOf(failed.Failures[0]),
        AggregateException { InnerException: { } inner } => CodeOf(inner),
        OperationCanceledException => Cancelled,
        PlanException or ArgumentException or InvalidDataException or OtherMachineException or FileNotFoundException or DirectoryNotFoundException => 2,
        UnauthorizedAccessException => 2,
        IOException io when NotWritable.Contains(io.HResult & 0xFFFF) => 2,
        DifferenceException => 3,
        _ => 1,
    };
}
