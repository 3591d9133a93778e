using Slipway.Engine.Files;

namespace Slipway.Engine.Tests.Files;

public sealed class StaleHandleTests
{
    private const int InputOutput = 5; // EIO
    private int _attempts;

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void What_another_machine_has_replaced_is_read_again(int failures)
    {
        Assert.Equal("new", StaleHandle.Retry(() => Read(StaleHandle.Error, failures)));

        Assert.Equal(failures + 1, _attempts);
    }

    [Theory]
    [InlineData(StaleHandle.Error, 4)]
    [InlineData(InputOutput, 1)]
    public void What_stays_so_and_what_is_something_else_is_told(int error, int attempts)
    {
        Assert.Equal(error, Assert.Throws<IOException>(() => StaleHandle.Retry(() => Read(error, failures: 100))).HResult);

        Assert.Equal(attempts, _attempts);
    }

    private string Read(int error, int failures) => ++_attempts > failures ? "new" : throw new IOException("Stale file handle", error);
}
