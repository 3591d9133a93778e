using Slipway.Build.Context;
using Slipway.Engine.Execution;
using Slipway.Pipeline.Plans.Yaml;

namespace Slipway.Build.Tests.Context;

public sealed class ExitStatusTests
{
    private readonly ExitStatus _status = new();

    public static TheoryData<Exception, int> Failures => new()
    {
        { new PlanException(["plan.yaml:1:1: `name` is missing."]), 2 },
        { new ArgumentException("`device` is cuda, and there is none."), 2 },
        { new InvalidDataException("Picture 'a.png' is empty."), 2 },
        { new FileNotFoundException("a.png does not exist."), 2 },
        { new DirectoryNotFoundException("mine does not exist."), 2 },
        { new UnauthorizedAccessException("artifacts may not be written."), 2 },
        { new IOException("No space left on device.", 28), 2 },
        { new IOException("Read-only file system.", 30), 2 },
        { new IOException("The disk failed.", 5), 1 },
        { new DifferenceException("Training v01 again gave other bytes."), 3 },
        { new InputChangedException("Tags", "a.png"), 1 },
        { new InvalidOperationException("A fault of ours."), 1 },
        { new NotFiniteNumberException("Training diverged."), 1 },
        { new OperationCanceledException(), 130 },
        { new TaskCanceledException(), 130 },
    };

    [Fact]
    public void Is_not_set_while_nothing_has_gone_wrong() => Assert.Null(_status.Code);

    [Theory]
    [MemberData(nameof(Failures))]
    public void Says_who_can_mend_it(Exception failure, int code)
    {
        _status.Set(failure);

        Assert.Equal(code, _status.Code);
    }

    [Theory]
    [MemberData(nameof(Failures))]
    public void Looks_into_what_a_task_wraps(Exception failure, int code)
    {
        _status.Set(new AggregateException(failure));

        Assert.Equal(code, _status.Code);
    }

    [Fact]
    public void What_a_disk_that_fails_says_is_not_enough()
    {
        _status.Set(new IOException("Input/output error : 'a.png'", 5));

        Assert.StartsWith("Input/output error : 'a.png'. The disk, or the way to it, fails there;", _status.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Is_that_of_the_signal_that_stopped_the_run()
    {
        _status.Cancelled = 143;

        _status.Set(new OperationCanceledException());

        Assert.Equal(143, _status.Code);
    }

    [Fact]
    public void Is_that_of_the_first_failure()
    {
        _status.Set(new InvalidDataException("the cause"));
        _status.Set(new InvalidOperationException("a consequence"));

        Assert.Equal(2, _status.Code);
    }
}
