using Slipway.Engine.Jobs;
using Spectre.Console;

namespace Slipway.Build.Display;

/// <summary>
/// Progress on the console: a live display where there is a terminal, else plain lines. Nothing of it is loaded before
/// something runs: a run that finds everything cached pays for none.
/// </summary>
public sealed class ConsoleProgress : IProgressSink
{
    private readonly Lock _lock = new();
    private PlainProgress? _plain;
    private LiveProgress? _live;

    /// <inheritdoc/>
    public void Report(string stage, int done, int all, string? detail)
    {
        lock (_lock)
        {
            Sink().Report(stage, done, all, detail);
        }
    }

    /// <inheritdoc/>
    public void End(string stage)
    {
        lock (_lock)
        {
            _live?.End(stage);
            _plain?.End(stage);
        }
    }

    /// <inheritdoc/>
    public void Line(string text)
    {
        lock (_lock)
        {
            _live?.Hide();
            Console.Out.WriteLine(text);
        }
    }

    /// <inheritdoc/>
    public void Warn(string text)
    {
        lock (_lock)
        {
            _live?.Hide();
            Console.Error.WriteLine($"Warning: {text}");
        }
    }

    /// <summary>Ends the display of the stage that was reported last, before anybody else writes.</summary>
    public void Finish()
    {
        lock (_lock)
        {
            _live?.Finish();
        }
    }

    /// <summary>Whether the output is a terminal that somebody looks at.</summary>
    private static bool IsTerminal =>
        !Console.IsOutputRedirected
        && Environment.GetEnvironmentVariable("CI") is null or ""
        && Environment.GetEnvironmentVariable("TERM") is not "dumb";

    private IProgressSink Sink()
    {
        if (_live is null && _plain is null)
        {
            Choose();
        }

        return _live ?? (IProgressSink)_plain!;
    }

    private void Choose()
    {
        if (IsTerminal && AnsiConsole.Console.Profile.Capabilities.Ansi)
        {
            _live = new LiveProgress(AnsiConsole.Console, TimeProvider.System);
        }
        else
        {
            _plain = new PlainProgress(Console.Out, Console.Error, TimeProvider.System);
        }
    }
}
