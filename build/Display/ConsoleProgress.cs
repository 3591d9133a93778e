using Slipway.Engine.Jobs;
using Spectre.Console;

namespace Slipway.Build.Display;

/// <summary>
/// Progress on the console: a live display where there is a terminal, else plain lines. Nothing of it is loaded before
/// something runs: a run that finds everything cached pays for none.
/// </summary>
/// <param name="headings">Names each target before it says something.</param>
public sealed class ConsoleProgress(Headings headings) : IProgressSink
{
    private readonly Lock _lock = new();
    private PlainProgress? _plain;
    private LiveProgress? _live;

    /// <inheritdoc/>
    public void Report(string stage, int done, int all, string? detail)
    {
        lock (_lock)
        {
            headings.Show();
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
            headings.Show();
            _live?.Hide();
            foreach (var line in IsProse(text) ? WordWrap.Lines(text, Terminal.Width) : [text])
                Console.Out.WriteLine(line);
        }
    }

    /// <inheritdoc/>
    public void Warn(string text)
    {
        lock (_lock)
        {
            _live?.Hide();
            foreach (var line in WordWrap.Lines($"Warning: {text}", Terminal.ErrorWidth))
                Console.Error.WriteLine(line);
        }
    }

    /// <summary>Ends the display of the stage that was reported last, before anybody else writes.</summary>
    public void Finish()
    {
        lock (_lock)
            _live?.Finish();
    }

    /// <summary>Whether the output is a terminal that somebody looks at.</summary>
    private static bool IsTerminal =>
        !Console.IsOutputRedirected
        && Environment.GetEnvironmentVariable("CI") is null or ""
        && Environment.GetEnvironmentVariable("TERM") is not "dumb";

    /// <summary>Several lines at once are a document that somebody may copy, and a table is no sentence: both stay as they are.</summary>
    private static bool IsProse(string text) => !text.StartsWith('|') && !text.Contains('\n', StringComparison.Ordinal);

    private IProgressSink Sink()
    {
        if (_live is null && _plain is null)
            Choose();

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
