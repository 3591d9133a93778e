using System.Globalization;
using System.Text;
using Slipway.Engine.Caching;

namespace Slipway.Remote.Tests;

/// <summary>Servers that are not as they should be: whatever they do, the run ends in the same bytes.</summary>
public sealed class FaultyServerTests : IDisposable
{
    private static readonly string Blob = Harbour.BlobOf("PICTURE A");
    private readonly Harbour _harbour = new();

    public void Dispose() => _harbour.Dispose();

    [Fact]
    public async Task Wrong_bytes_of_the_right_number_are_thrown_away()
    {
        await _harbour.FilledAsync();
        _harbour.Server.Entries[Blob] = "PICTURE X"u8.ToArray();

        Assert.Equal(["Paint a"], await _harbour.RunAsync());

        Assert.Equal([$"What came as the blob {Blob[4..]} has other bytes; they were thrown away, and what made it runs here."], _harbour.Second.Warnings);
        Assert.Empty(Directory.GetFiles(Path.Combine(_harbour.Second.Cache, "tmp")));
    }

    [Fact]
    public async Task Wrong_bytes_are_put_right_by_who_may_write()
    {
        await _harbour.FilledAsync();
        _harbour.Server.Entries[Blob] = "PICTURE X"u8.ToArray();
        using var third = _harbour.Clone(writes: true);

        await third.RunAsync();

        Assert.Equal(["Paint a"], third.Ran);
        Assert.Equal("PICTURE A", Encoding.UTF8.GetString(_harbour.Server.Entries[Blob]));
    }

    [Theory]
    [InlineData("PICTURE")]
    [InlineData("PICTURE A and more")]
    public async Task Bytes_of_another_number_are_not_taken(string bytes)
    {
        await _harbour.FilledAsync();
        _harbour.Server.Entries[Blob] = Encoding.UTF8.GetBytes(bytes);

        Assert.Equal(["Paint a"], await _harbour.RunAsync());

        Assert.Equal([$"The blob {Blob[4..]} of the remote cache has {bytes.Length} bytes, where its record says 9; it was not taken, and what made it runs here."], _harbour.Second.Warnings);
    }

    [Fact]
    public async Task A_body_without_a_length_is_left_when_it_is_longer_than_its_record_says()
    {
        await _harbour.FilledAsync();
        var sent = 0;
        _harbour.Server.Mishap = (context, path, _) =>
        {
            if (path != Blob)
                return false;
            context.Response.SendChunked = true;
            // For ever, if nobody hangs up.
            while (true)
            {
                context.Response.OutputStream.Write(new byte[1 << 16]);
                Interlocked.Add(ref sent, 1 << 16);
            }
        };

        Assert.Equal(["Paint a"], await _harbour.RunAsync());

        Assert.Contains("has more bytes, where its record says 9", Assert.Single(_harbour.Second.Warnings), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Path.Combine(_harbour.Second.Cache, "tmp")));
    }

    [Theory]
    [InlineData(true, "bytes=4-")]
    [InlineData(false, "bytes=4-")]
    public async Task A_blob_that_is_cut_off_goes_on_where_it_ended(bool servesRanges, string range)
    {
        await _harbour.FilledAsync();
        _harbour.Server.ServesRanges = servesRanges;
        var left = 1;
        _harbour.Server.Mishap = (context, path, bytes) => path == Blob && Interlocked.Decrement(ref left) >= 0 && FakeRemote.Cut(context, bytes!, 4);

        Assert.Empty(await _harbour.RunAsync());

        Assert.Empty(_harbour.Second.Warnings);
        Assert.Contains(range, _harbour.Server.Requests.Where(request => request.Path == Blob).Select(request => request.Range));
    }

    [Fact]
    public async Task Another_part_than_was_asked_for_is_not_taken()
    {
        await _harbour.FilledAsync();
        var left = 1;
        _harbour.Server.Mishap = (context, path, bytes) => path == Blob
            && (context.Request.Headers["Range"] is null ? Interlocked.Decrement(ref left) >= 0 && FakeRemote.Cut(context, bytes!, 4) : FakeRemote.Part(context, bytes!, 2));

        Assert.Empty(await _harbour.RunAsync());

        Assert.Empty(_harbour.Second.Warnings);
        Assert.Equal([null, "bytes=4-", null], _harbour.Server.Requests.Where(request => request.Path == Blob).Select(request => request.Range));
    }

    [Fact]
    public async Task What_a_run_has_not_got_the_next_one_goes_on_with()
    {
        await _harbour.FilledAsync();
        _harbour.Server.Mishap = (context, path, bytes) => path == Blob && FakeRemote.Cut(context, bytes!, context.Request.Headers["Range"] is null ? 4 : 0);
        Assert.Equal(["Paint a"], await _harbour.RunAsync());
        Assert.Contains("ends in the middle of", Assert.Single(_harbour.Second.Warnings), StringComparison.Ordinal);
        _harbour.Server.Mishap = (_, _, _) => false;
        _harbour.Server.Requests.Clear();
        using (var cache = _harbour.Second.Open())
        {
            foreach (var hash in cache.Content.Hashes().ToList())
                cache.Content.Remove(hash);
        }

        Directory.Delete(_harbour.Second["artifacts"], recursive: true);

        Assert.Empty(await _harbour.RunAsync());

        Assert.Equal("bytes=4-", Assert.Single(_harbour.Server.Requests, request => request.Path == Blob).Range);
    }

    [Fact]
    public async Task What_is_left_of_other_bytes_does_not_spoil_a_blob()
    {
        await _harbour.FilledAsync();
        _harbour.Second.Write($".slipway/tmp/{Blob[4..]}.incomplete", "rubbish");

        Assert.Empty(await _harbour.RunAsync());

        Assert.Empty(_harbour.Second.Warnings);
        Assert.Equal(["bytes=7-", null], _harbour.Server.Requests.Where(request => request.Path == Blob).Select(request => request.Range));
    }

    [Fact]
    public async Task A_blob_that_is_not_there_though_its_record_is_is_made_and_given_again()
    {
        await _harbour.FilledAsync();
        _harbour.Server.Entries.TryRemove(Blob, out _);
        using var third = _harbour.Clone(writes: true);

        await third.RunAsync();

        Assert.Equal(["Paint a"], third.Ran);
        Assert.Empty(third.Warnings);
        Assert.True(_harbour.Server.Entries.ContainsKey(Blob));
    }

    [Fact]
    public async Task A_record_of_another_action_is_not_believed()
    {
        await _harbour.FilledAsync();
        var records = _harbour.Server.Stored("ac").ToList();
        var (one, other) = (records[0], records[1]);
        (_harbour.Server.Entries[one], _harbour.Server.Entries[other]) = (_harbour.Server.Entries[other], _harbour.Server.Entries[one]);

        Assert.Equal(2, (await _harbour.RunAsync()).Count);

        Assert.Equal(
            [.. new[] { one, other }.Select(path => $"The record {path[3..]} of the remote cache cannot be used (it is not what belongs there); what it is of is made here.").Order(StringComparer.Ordinal)],
            _harbour.Second.Warnings.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("no message at all")]
    [InlineData("<html><body>Welcome to the hotel's network</body></html>")]
    public async Task What_is_no_record_is_not_believed(string text)
    {
        await _harbour.FilledAsync();
        foreach (var record in _harbour.Server.Stored("ac").ToList())
            _harbour.Server.Entries[record] = Encoding.UTF8.GetBytes(text);

        Assert.Equal(4, (await _harbour.RunAsync()).Count);

        Assert.Equal(4, _harbour.Second.Warnings.Count);
        Assert.All(_harbour.Second.Warnings, warning => Assert.Matches("^The record [0-9a-f]{64} of the remote cache cannot be used ", warning));
    }

    [Fact]
    public async Task A_record_with_one_other_byte_is_not_believed()
    {
        await _harbour.FilledAsync();
        foreach (var record in _harbour.Server.Stored("ac").ToList())
            _harbour.Server.Entries[record] = [.. _harbour.Server.Entries[record].Reverse().Select((value, i) => i == 20 ? (byte)(value ^ 1) : value).Reverse()];

        Assert.Equal(4, (await _harbour.RunAsync()).Count);

        Assert.All(_harbour.Second.Warnings, warning => Assert.Contains("it has other bytes than were written", warning, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_record_that_is_longer_than_any_is_left_before_its_end()
    {
        const int Sent = 65 << 20; // of a record 64 MiB are read
        var key = ContentHash.Of("key");
        _harbour.Server.Entries[$"ac/{key}"] = new byte[Sent];
        List<string> told = [];
        using var remote = new HttpRemoteCache(_harbour.Settings(writes: false), told.Add, Harbour.Quick);

        Assert.Null(await remote.FindAsync(key, TestContext.Current.CancellationToken));

        Assert.Equal([$"The record {key} of the remote cache cannot be used (it is longer than any record); what it is of is made here."], told);
    }

    [Fact]
    public async Task A_server_that_errs_once_is_asked_again()
    {
        await _harbour.FilledAsync();
        _harbour.Timing = Harbour.Quick with { Break = TimeSpan.FromMilliseconds(500), Retries = 5, Pause = TimeSpan.FromMilliseconds(200) };
        var left = 2;
        _harbour.Server.Mishap = (context, _, _) => Interlocked.Decrement(ref left) >= 0 && FakeRemote.Answer(context, 503);

        Assert.Empty(await _harbour.RunAsync());

        Assert.Empty(_harbour.Second.Warnings);
    }

    [Theory]
    [InlineData(500, "answers 500 Internal Server Error")]
    [InlineData(401, "refuses (401 Unauthorized): see that the name and password, or the token, are right and may do this")]
    [InlineData(403, "refuses (403 Forbidden): see that the name and password, or the token, are right and may do this")]
    [InlineData(418, "answers 418")]
    public async Task A_server_that_only_errs_is_told_once(int status, string what)
    {
        await _harbour.FilledAsync();
        _harbour.Server.Mishap = (context, _, _) => FakeRemote.Answer(context, status);

        Assert.Equal(4, (await _harbour.RunAsync()).Count);

        Assert.StartsWith($"The remote cache {_harbour.Server.Address}/ {what}", Assert.Single(_harbour.Second.Warnings), StringComparison.Ordinal);
        Assert.EndsWith(". The run goes on without it: what it would give is made here.", _harbour.Second.Warnings[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_a_server_that_errs_in_several_ways_the_first_is_told()
    {
        var status = 499;
        _harbour.Server.Mishap = (context, _, _) => FakeRemote.Answer(context, Interlocked.Increment(ref status));
        List<string> told = [];
        using var remote = new HttpRemoteCache(_harbour.Settings(writes: false), told.Add, Harbour.Quick with { Retries = 1 });

        Assert.Null(await remote.FindAsync(ContentHash.Of("one"), TestContext.Current.CancellationToken));
        Assert.Null(await remote.FindAsync(ContentHash.Of("other"), TestContext.Current.CancellationToken));

        Assert.Equal(4, _harbour.Server.Requests.Count);
        Assert.Contains("answers 501 Not Implemented", Assert.Single(told), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_refuses_is_not_asked_again()
    {
        await _harbour.FilledAsync();
        _harbour.Timing = Harbour.Quick with { Transfers = 1 };
        _harbour.Server.Mishap = (context, _, _) => FakeRemote.Answer(context, 401);

        await _harbour.RunAsync();

        Assert.Single(_harbour.Server.Requests);
    }

    [Fact]
    public async Task A_server_that_only_fails_is_left_alone_for_a_while()
    {
        await _harbour.FilledAsync();
        _harbour.Timing = Harbour.Quick with { Transfers = 1, Retries = 4, Break = TimeSpan.FromHours(1) };
        _harbour.Server.Mishap = (context, _, _) => FakeRemote.Answer(context, 500);

        Assert.Equal(4, (await _harbour.RunAsync()).Count);

        // The first few failures open the breaker; the other three records are not asked for.
        Assert.Equal(4, _harbour.Server.Requests.Count);
        Assert.Single(_harbour.Second.Warnings);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_told_once()
    {
        await _harbour.FilledAsync();
        _harbour.Server.Dispose();

        Assert.Equal(4, (await _harbour.RunAsync()).Count);

        Assert.Contains("is not reached", Assert.Single(_harbour.Second.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_never_answers_is_told_once()
    {
        await _harbour.FilledAsync();
        _harbour.Timing = Harbour.Quick with { Answer = TimeSpan.FromMilliseconds(300), Silence = TimeSpan.FromHours(1), Transfers = 1 };
        using var end = new ManualResetEventSlim();
        _harbour.Server.Mishap = (_, _, _) =>
        {
            end.Wait();
            return true;
        };

        var ran = await _harbour.RunAsync();
        end.Set();

        Assert.Equal(4, ran.Count);
        Assert.Contains("does not answer", Assert.Single(_harbour.Second.Warnings), StringComparison.Ordinal);
        Assert.Single(_harbour.Server.Requests); // neither is it asked a second time nor for anything else
    }

    [Fact]
    public async Task A_server_that_falls_silent_in_the_middle_is_told_once()
    {
        await _harbour.FilledAsync();
        _harbour.Timing = Harbour.Quick with { Silence = TimeSpan.FromSeconds(2), Retries = 1 };
        using var end = new ManualResetEventSlim();
        _harbour.Server.Mishap = (context, path, _) =>
        {
            if (path != Blob)
                return false;
            context.Response.ContentLength64 = 9;
            context.Response.OutputStream.Write("PICT"u8);
            context.Response.OutputStream.Flush();
            end.Wait();
            return true;
        };

        var ran = await _harbour.RunAsync();
        end.Set();

        Assert.Contains("Paint a", ran);
        Assert.Contains("falls silent", Assert.Single(_harbour.Second.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_falls_silent_in_the_middle_of_a_record_is_left_alone()
    {
        await _harbour.FilledAsync();
        _harbour.Timing = Harbour.Quick with { Answer = TimeSpan.FromSeconds(2), Silence = TimeSpan.FromHours(1), Transfers = 1 };
        using var end = new ManualResetEventSlim();
        _harbour.Server.Mishap = (context, _, bytes) =>
        {
            context.Response.ContentLength64 = bytes!.Length;
            context.Response.OutputStream.Write(bytes.AsSpan(0, 10));
            context.Response.OutputStream.Flush();
            end.Wait();
            return true;
        };

        var ran = await _harbour.RunAsync();
        end.Set();

        Assert.Equal(4, ran.Count);
        Assert.Contains("falls silent", Assert.Single(_harbour.Second.Warnings), StringComparison.Ordinal);
        Assert.Single(_harbour.Server.Requests);
    }

    [Fact]
    public async Task A_server_that_was_silent_is_asked_again_after_a_while()
    {
        await _harbour.FilledAsync();
        using var end = new ManualResetEventSlim();
        var left = 1;
        _harbour.Server.Mishap = (_, _, _) =>
        {
            if (Interlocked.Decrement(ref left) < 0)
                return false;
            end.Wait();
            return true;
        };
        Assert.True(ContentHash.TryParse(_harbour.Server.Stored("ac").First()[3..], out var key));
        using var remote = new HttpRemoteCache(_harbour.Settings(writes: false), _ => { }, Harbour.Quick with { Answer = TimeSpan.FromSeconds(1), Break = TimeSpan.FromSeconds(1) });

        Assert.Null(await remote.FindAsync(key, TestContext.Current.CancellationToken));
        Assert.Null(await remote.FindAsync(key, TestContext.Current.CancellationToken));
        Assert.Single(_harbour.Server.Requests);
        while (await remote.FindAsync(key, TestContext.Current.CancellationToken) is null)
            await Task.Delay(50, TestContext.Current.CancellationToken);
        end.Set();
    }

    [Fact]
    public async Task A_server_that_sends_drop_by_drop_is_left()
    {
        await _harbour.FilledAsync();
        _harbour.Timing = Harbour.Quick with { Silence = TimeSpan.FromSeconds(1) };
        var sent = 0;
        _harbour.Server.Mishap = (context, path, _) =>
        {
            if (path != Blob)
                return false;
            context.Response.ContentLength64 = 9;
            for (sent = 0; sent < 9; sent++)
            {
                // Each byte comes in time, and all of them do not.
                context.Response.OutputStream.Write("PICTURE A"u8.Slice(sent, 1));
                context.Response.OutputStream.Flush();
                Thread.Sleep(300);
            }

            return true;
        };

        Assert.Contains("Paint a", await _harbour.RunAsync());

        Assert.Contains("is too slow", Assert.Single(_harbour.Second.Warnings), StringComparison.Ordinal);
        Assert.True(sent < 9);
    }

    [Fact]
    public async Task A_server_that_sends_records_drop_by_drop_is_left()
    {
        await _harbour.FilledAsync();
        _harbour.Timing = Harbour.Quick with { Answer = TimeSpan.FromSeconds(3) };
        _harbour.Server.Mishap = (context, path, bytes) =>
        {
            if (!path.StartsWith("ac/", StringComparison.Ordinal))
                return false;
            context.Response.ContentLength64 = bytes!.Length;
            foreach (var drop in bytes.Take(8))
            {
                context.Response.OutputStream.WriteByte(drop);
                context.Response.OutputStream.Flush();
                Thread.Sleep(700);
            }

            context.Response.OutputStream.Write(bytes.AsSpan(8));
            return true;
        };

        Assert.Equal(4, (await _harbour.RunAsync()).Count);

        Assert.Contains("is too slow", Assert.Single(_harbour.Second.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_cut_off_after_every_byte_is_left()
    {
        var bytes = new byte[1000];
        var blob = new Blob(ContentHash.Of(bytes), bytes.Length);
        _harbour.Server.Entries[$"cas/{blob.Hash}"] = bytes;
        _harbour.Server.Mishap = (context, _, there) =>
        {
            Thread.Sleep(20);
            return FakeRemote.Cut(context, there!, 1);
        };
        List<string> told = [];
        // All of them would take twenty seconds, and two are the most.
        using var remote = new HttpRemoteCache(_harbour.Settings(writes: false), told.Add, Harbour.Quick with { Silence = TimeSpan.FromSeconds(1), Retries = 1 });
        using var into = new MemoryStream();

        Assert.False(await remote.FetchAsync(blob, into, TestContext.Current.CancellationToken));

        Assert.InRange(into.Length, 1, bytes.Length - 1);
        Assert.Contains("in the middle of", Assert.Single(told), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_host_is_not_followed_to()
    {
        await _harbour.FilledAsync();
        using var other = new FakeRemote();
        foreach (var (path, bytes) in _harbour.Server.Entries)
            other.Entries[path] = bytes;
        _harbour.Server.Mishap = (context, path, _) => FakeRemote.Redirect(context, $"{other.Address}/{path}");

        Assert.Equal(4, (await _harbour.RunAsync()).Count);

        Assert.Contains($"sends to another host ({new Uri(other.Address).GetLeftPart(UriPartial.Authority)}), which is not followed", Assert.Single(_harbour.Second.Warnings), StringComparison.Ordinal);
        Assert.Empty(other.Requests);
    }

    [Fact]
    public async Task The_same_host_is_followed_to_and_not_round_and_round()
    {
        await _harbour.FilledAsync();
        _harbour.Server.Mishap = (context, path, _) => context.Request.QueryString.Count == 0 && FakeRemote.Redirect(context, $"/slipway/{path}?again=1");
        Assert.Empty(await _harbour.RunAsync());
        using var third = _harbour.Clone(writes: false);
        var hops = 0;
        _harbour.Server.Mishap = (context, path, _) => Interlocked.Increment(ref hops) < 100 && FakeRemote.Redirect(context, $"/slipway/{path}");

        await third.RunAsync();

        Assert.Contains("answers 307", Assert.Single(third.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    public async Task What_is_written_is_sent_elsewhere_only_where_the_answer_keeps_it_what_it_is(int status)
    {
        _harbour.Server.Mishap = (context, path, _) =>
            context.Request.HttpMethod == "PUT" && context.Request.QueryString.Count == 0 && FakeRemote.Redirect(context, $"/slipway/{path}?again=1", status);

        await _harbour.First.RunAsync();

        Assert.Contains($"answers {status} ", Assert.Single(_harbour.First.Warnings), StringComparison.Ordinal);
        Assert.Empty(_harbour.Server.Entries);
    }

    [Fact]
    public async Task A_name_in_the_address_of_the_same_host_is_not_followed_to()
    {
        await _harbour.FilledAsync();
        _harbour.Server.Mishap = (context, path, _) =>
            context.Request.QueryString.Count == 0 && FakeRemote.Redirect(context, $"{_harbour.Server.Address.Replace("//", "//somebody@", StringComparison.Ordinal)}/{path}?again=1");

        Assert.Equal(4, (await _harbour.RunAsync()).Count);

        Assert.Contains("which is not followed", Assert.Single(_harbour.Second.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_it_does_not_take_is_told_once()
    {
        _harbour.Server.Mishap = (context, _, _) => context.Request.HttpMethod == "PUT" && FakeRemote.Answer(context, 405);

        await _harbour.First.RunAsync();

        Assert.Equal(4, _harbour.First.Ran.Count);
        Assert.Contains("answers 405 Method Not Allowed", Assert.Single(_harbour.First.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_more_transfers_than_are_allowed_go_at_once()
    {
        _harbour.Timing = Harbour.Quick with { Transfers = 2 };
        _harbour.First.With([.. Enumerable.Range(0, 20).Select(i => $"many{i.ToString(CultureInfo.InvariantCulture)}")]);
        _harbour.Server.Mishap = (_, _, _) =>
        {
            Thread.Sleep(5);
            return false;
        };

        await _harbour.First.RunAsync();

        Assert.Empty(_harbour.First.Warnings);
        Assert.Equal(2, _harbour.Server.Most);
    }

    [Fact]
    public async Task What_a_person_asks_to_stop_is_not_waited_for()
    {
        await _harbour.FilledAsync();
        using var stop = new CancellationTokenSource();
        using var end = new ManualResetEventSlim();
        _harbour.Second.Cancellation = stop.Token;
        _harbour.Server.Mishap = (_, _, _) =>
        {
            stop.Cancel();
            end.Wait();
            return true;
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(_harbour.Second.RunAsync);
        end.Set();

        Assert.Empty(_harbour.Second.Warnings);
    }
}
