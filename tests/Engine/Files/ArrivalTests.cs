using Slipway.Engine.Files;

namespace Slipway.Engine.Tests.Files;

public sealed class ArrivalTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task What_comes_is_given()
    {
        var buffer = new byte[8];

        Assert.Equal(3, await Arrival.ReadAsync(new MemoryStream([1, 2, 3]), buffer, Long, TestContext.Current.CancellationToken));

        Assert.Equal([1, 2, 3], buffer[..3]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_connection_that_is_cut_is_told_as_such(bool byHttp)
    {
        Exception cause = byHttp ? new HttpRequestException("reset") : new IOException("reset");

        var e = await Assert.ThrowsAsync<ArrivalException>(() => ReadAsync(_ => throw cause, Long, TestContext.Current.CancellationToken));

        Assert.Equal(("the connection was cut", cause, false), (e.Message, e.InnerException, e.IsSilence));
    }

    [Fact]
    public async Task Nothing_is_waited_for_for_ever()
    {
        var e = await Assert.ThrowsAsync<ArrivalException>(() => ReadAsync(Silent, TimeSpan.FromMilliseconds(1), TestContext.Current.CancellationToken));

        Assert.Equal(("nothing more came", true), (e.Message, e.IsSilence));
    }

    [Fact]
    public async Task Who_stops_is_not_told_of_silence()
    {
        using var stopped = new CancellationTokenSource();
        await stopped.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ReadAsync(Silent, Long, stopped.Token));
    }

    [Fact]
    public async Task Other_errors_stay_what_they_are() =>
        await Assert.ThrowsAsync<InvalidOperationException>(() => ReadAsync(_ => throw new InvalidOperationException(), Long, TestContext.Current.CancellationToken));

    private static async ValueTask<int> Silent(CancellationToken cancel)
    {
        await Task.Delay(Timeout.Infinite, cancel);
        return 0;
    }

    private static Task<int> ReadAsync(Func<CancellationToken, ValueTask<int>> read, TimeSpan silence, CancellationToken cancel) =>
        Arrival.ReadAsync(new Body(read), new byte[1], silence, cancel);

    private sealed class Body(Func<CancellationToken, ValueTask<int>> read) : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => read(cancellationToken);
    }
}
