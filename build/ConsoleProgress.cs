using System.Diagnostics;
using System.Globalization;
using Slipway.Pipeline;

namespace Slipway.Build;

/// <summary>
/// Progress on the console: one line that is written over where there is a terminal, else a plain line now and then.
/// </summary>
public sealed class ConsoleProgress : IProgressSink
{
    private static readonly TimeSpan OnTerminal = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan InLog = TimeSpan.FromSeconds(10);
    private readonly bool _terminal = !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("CI") is null;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private TimeSpan _next;
    private bool _open;

    /// <inheritdoc/>
    public void Report(string stage, int done, int all, string? detail)
    {
        if (_clock.Elapsed < _next && done < all)
        {
            return;
        }

        _next = _clock.Elapsed + (_terminal ? OnTerminal : InLog);
        var line = string.Create(CultureInfo.InvariantCulture, $"{stage}: {done}/{all}{(detail is null ? string.Empty : $", {detail}")}");
        if (_terminal)
        {
            Console.Write($"\r\e[2K{line}{(done == all ? "\n" : string.Empty)}");
            _open = done != all;
        }
        else
        {
            Console.WriteLine(line);
        }
    }

    /// <inheritdoc/>
    public void Line(string text)
    {
        Close();
        Console.WriteLine(text);
    }

    /// <inheritdoc/>
    public void Warn(string text)
    {
        Close();
        Console.Error.WriteLine($"Warning: {text}");
    }

    private void Close()
    {
        if (_open)
        {
            Console.WriteLine();
            _open = false;
        }
    }
}
