using System.Globalization;
using Slipway.Build.Display;

namespace Slipway.Build.Tests.Display;

public sealed class PlainProgressTests : IDisposable
{
    private readonly StringWriter _output = new(CultureInfo.InvariantCulture) { NewLine = "\n" };
    private readonly StringWriter _errors = new(CultureInfo.InvariantCulture) { NewLine = "\n" };
    private readonly SteppedClock _clock = new();
    private readonly PlainProgress _progress;

    public PlainProgressTests() => _progress = new PlainProgress(_output, _errors, _clock);

    public void Dispose()
    {
        _output.Dispose();
        _errors.Dispose();
    }

    [Fact]
    public void Writes_a_line_every_ten_seconds_and_the_last_one()
    {
        for (var step = 0; step <= 25; step++)
        {
            _progress.Report("Train v01", step, 25, $"loss {step}");
            _clock.Advance(1);
        }

        Assert.Equal(
            "Train v01: 1/25, loss 1\nTrain v01: 11/25, loss 11\nTrain v01: 21/25, loss 21\nTrain v01: 25/25, loss 25\n",
            _output.ToString());
    }

    [Fact]
    public void What_is_told_again_and_again_at_the_end_is_said_once_and_then_the_last_of_it()
    {
        _progress.Report("Train v01", 10, 10, "sample 0 of 11");
        _progress.Report("Train v01", 10, 10, "sample 0 of 11");
        _progress.Report("Train v01", 10, 10, "sample 1 of 11");
        _progress.Report("Train v01", 10, 10, "loss 0.1");
        _progress.End("Train v01");
        _progress.End("Train v01");

        Assert.Equal(["Train v01: 10/10, sample 0 of 11", "Train v01: 10/10, loss 0.1"], _output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void Where_the_first_of_several_takes_long_it_says_how_far_that_is()
    {
        _progress.Report("Steps v01", 0, 7, "1 of 22");
        _clock.Advance(10);
        _progress.Report("Steps v01", 0, 7, "11 of 22");
        _progress.Report("Steps v01", 0, 7, null);

        Assert.Equal("Steps v01: 0/7, 11 of 22\n", _output.ToString());
    }

    [Fact]
    public void Another_stage_does_not_wait()
    {
        _progress.Report("Tags", 1, 2, null);
        _progress.Report("Tags", 2, 2, null);
        _progress.Report("Train v01", 1, 800, "loss 1");

        Assert.Equal("Tags: 1/2\nTags: 2/2\nTrain v01: 1/800, loss 1\n", _output.ToString());
    }

    [Fact]
    public void Says_how_long_a_stage_without_figures_will_take()
    {
        _progress.Report("Backgrounds", 0, 100, null);
        _clock.Advance(60);
        _progress.Report("Backgrounds", 1, 100, null);

        Assert.Equal("Backgrounds: 1/100, 1:39:00 left\n", _output.ToString());
    }

    [Fact]
    public void Has_no_control_characters_and_warns_where_errors_go()
    {
        _progress.Line("Tags: 2 to run");
        _progress.Warn("a stored file is damaged");
        _progress.Report("Tags", 2, 2, null);

        Assert.Equal("Tags: 2 to run\nTags: 2/2\n", _output.ToString());
        Assert.Equal("Warning: a stored file is damaged\n", _errors.ToString());
    }
}
