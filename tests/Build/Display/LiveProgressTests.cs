using System.Text;
using Slipway.Build.Display;
using Spectre.Console;

namespace Slipway.Build.Tests.Display;

public sealed class LiveProgressTests
{
    private readonly SteppedClock _clock = new();

    [Fact]
    public void Shows_stage_bar_count_and_figures()
    {
        var (screen, progress) = New(width: 80);

        progress.Report("Train v01", 200, 800, "loss 0.0412, gradient norm 0.031, learning rate 0.004, 00:37 left");

        Assert.Equal(
            [$"Train v01  {new string('━', 10)}{new string('─', 30)} 200/800", "loss 0.0412, gradient norm 0.031, learning rate 0.004, 00:37 left"],
            screen.Lines);
        Assert.False(screen.CursorIsVisible);
    }

    [Fact]
    public void Draws_over_what_it_has_drawn()
    {
        var (screen, progress) = New(width: 80);

        for (var step = 1; step <= 300; step++)
        {
            _clock.Advance(0.05);
            progress.Report("Train v01", step, 800, $"loss {step}");
        }

        Assert.Equal(2, screen.Lines.Length);
        Assert.EndsWith(" 299/800", screen.Lines[0], StringComparison.Ordinal); // every second report: 0.1 s apart
    }

    [Fact]
    public void Says_how_long_a_stage_without_figures_will_take()
    {
        var (screen, progress) = New(width: 80);

        progress.Report("Backgrounds", 0, 100, null);
        _clock.Advance(10);
        progress.Report("Backgrounds", 20, 100, null);

        Assert.Equal("00:40 left", screen.Lines[1]);
    }

    [Fact]
    public void Leaves_a_line_for_each_stage()
    {
        var (screen, progress) = New(width: 80);

        progress.Report("Tags", 3, 3, null);
        progress.Report("Train v01", 0, 1, null);
        progress.Report("Train v01", 1, 2, "loss 1");
        progress.Report("Train v01", 2, 2, "loss 0");
        progress.Finish();

        Assert.Equal(["Tags: 3/3", "Train v01: 2/2, loss 0"], screen.Lines);
        Assert.True(screen.CursorIsVisible);
    }

    [Fact]
    public void A_stage_of_one_thing_has_no_bar_and_leaves_nothing()
    {
        var (screen, progress) = New(width: 80);
        progress.Report("Evaluate", 0, 1, null);
        Assert.Equal(["Evaluate ..."], screen.Lines);

        progress.Finish();

        Assert.Empty(screen.Lines);
    }

    [Fact]
    public void Lines_and_warnings_stand_above_it_unbroken()
    {
        var (screen, progress) = New(width: 40);
        var path = $"artifacts/{new string('x', 60)}";

        progress.Report("Tags", 1, 3, null);
        progress.Warn("a stored file is damaged");
        progress.Line(path);
        progress.Report("Tags", 2, 3, null);
        _clock.Advance(1);
        progress.Report("Tags", 3, 3, null);
        progress.Finish();

        Assert.Equal(["Warning: a stored file is damaged", path[..40], path[40..], "Tags: 3/3"], screen.Lines);
    }

    [Fact]
    public void Stopped_halfway_it_leaves_how_far_it_came_and_the_cursor()
    {
        var (screen, progress) = New(width: 80);

        progress.Report("Train v01", 412, 800, "loss 0.04");
        progress.Finish();
        progress.Finish();

        Assert.Equal(["Train v01: 412/800, loss 0.04"], screen.Lines);
        Assert.True(screen.CursorIsVisible);
    }

    [Theory]
    [InlineData(32, "Train v01  ━━──────── 200/800", "loss 0.0412", "gradient norm 0.031", "learning rate 0.004")]
    [InlineData(28, "Train v01 200/800", "loss 0.0412", "gradient norm 0.031", "learning rate 0.004")]
    [InlineData(14, "Train v01 2", "loss 0.0412", "gradient no", "learning ra")]
    public void Fits_into_a_narrow_terminal(int width, params string[] expected)
    {
        var (screen, progress) = New(width);

        for (var i = 0; i < 3; i++)
        {
            progress.Report("Train v01", 200, 800, "loss 0.0412, gradient norm 0.031, learning rate 0.004");
            _clock.Advance(1);
        }

        Assert.Equal(expected, screen.Lines);
    }

    [Fact]
    public void Follows_a_terminal_that_changes_its_width()
    {
        var screen = new Screen(80);
        var output = new ScreenOutput(screen, 80);
        var progress = Open(output);
        progress.Line("What was there before stays.");
        progress.Report("Tags", 1, 3, null);
        output.Width = 20;
        _clock.Advance(1);

        progress.Report("Tags", 2, 3, null);

        Assert.Equal(["What was there before stays.", "Tags 2/3"], screen.Lines[..2]);
    }

    private (Screen Screen, LiveProgress Progress) New(int width)
    {
        var screen = new Screen(width);
        return (screen, Open(new ScreenOutput(screen, width)));
    }

    private LiveProgress Open(ScreenOutput output) => new(
        AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.Yes,
            ColorSystem = ColorSystemSupport.TrueColor,
            Interactive = InteractionSupport.Yes,
            Out = output,
        }),
        _clock);

    private sealed class ScreenOutput(Screen screen, int width) : IAnsiConsoleOutput
    {
        public TextWriter Writer => screen;

        public bool IsTerminal => true;

        public int Width { get; set; } = width;

        public int Height => 24;

        public void SetEncoding(Encoding encoding)
        {
        }
    }
}
