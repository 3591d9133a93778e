using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Slipway.Engine.Caching;
using Slipway.Engine.Files;

namespace Slipway.Remote;

/// <summary>
/// A remote cache by Bazel's HTTP protocol ("Remote Caching", HTTP caching protocol): <c>ac/KEY</c> and <c>cas/SHA-256</c> under its address, by GET, HEAD and PUT.
/// bazel-remote, nginx with WebDAV, or a bucket behind either serve it.
/// </summary>
public sealed class HttpRemoteCache : IRemoteCache
{
    private const int BufferSize = 1 << 16;

    /// <summary>More than a record ever has; what is longer is none.</summary>
    private const int LongestRecord = 64 << 20;

    private readonly RemoteSettings _settings;
    private readonly RemoteTiming _timing;
    private readonly Action<string> _warn;
    private readonly RemoteClient _client;
    private readonly SemaphoreSlim _transfers;

    // What was fetched and is given all the same was not what it should be, whatever the server says of it.
    private readonly ConcurrentDictionary<ContentHash, bool> _fetched = new();
    private int _isTold;
    private volatile bool _isOff;

    // Milliseconds of this machine's clock: who was silent is left alone until then.
    private long _silentUntil;

    /// <param name="settings">Where it is.</param>
    /// <param name="warn">Takes a line when it is of no use, once, and about each thing in it that is not what it should be.</param>
    /// <param name="timing">How long it is waited for; null: as usual.</param>
    public HttpRemoteCache(RemoteSettings settings, Action<string> warn, RemoteTiming? timing = null)
    {
        ArgumentNullException.ThrowIfNull(settings);
        (_settings, _warn, _timing) = (settings, warn, timing ?? new RemoteTiming());
        _client = new RemoteClient(settings, _timing);
        _transfers = new SemaphoreSlim(_timing.Transfers);
    }

    /// <inheritdoc/>
    public string Name => _settings.Name;

    /// <inheritdoc/>
    public bool Failed => _isTold != 0;

    /// <inheritdoc/>
    public bool Writes => _settings.Writes;

    /// <inheritdoc/>
    public Task<ActionResult?> FindAsync(ContentHash key, CancellationToken cancel) => GuardAsync<ActionResult?>(
        async () =>
        {
            using var response = await _client.SendAsync(HttpMethod.Get, $"ac/{key}", null, 0, cancel);
            if (response.StatusCode != HttpStatusCode.OK)
                return null;
            try
            {
                return ActionResultMessage.Read(key, await ReadAsync(response, cancel));
            }
            catch (InvalidDataException exception)
            {
                _warn($"The record {key} of the remote cache cannot be used (it {exception.Message}); what it is of is made here.");
                return null;
            }
        },
        null,
        cancel);

    /// <inheritdoc/>
    public Task<bool> HasAsync(ContentHash key, CancellationToken cancel) => GuardAsync(
        async () =>
        {
            using var there = await _client.SendAsync(HttpMethod.Head, $"ac/{key}", null, 0, cancel);
            return there.StatusCode == HttpStatusCode.OK;
        },
        false,
        cancel);

    /// <inheritdoc/>
    public Task<bool> FetchAsync(Blob blob, Stream into, CancellationToken cancel) => GuardAsync(
        async () =>
        {
            ArgumentNullException.ThrowIfNull(into);
            _fetched[blob.Hash] = true;
            var clock = Stopwatch.StartNew();
            for (var (failures, before) = (0, into.Length); ;)
            {
                try
                {
                    return await AppendAsync(blob, into, cancel);
                }
                catch (CutOffException exception)
                {
                    failures = into.Length > before ? 1 : failures + 1;
                    before = into.Length;
                    // One byte an attempt is not what is meant by going on.
                    if (failures > _timing.Retries || clock.Elapsed > _timing.Longest(blob.Size) * (1 + _timing.Retries))
                        throw new RemoteException(exception.Message, exception) { IsPassing = true, IsSilence = exception.IsSilence };
                    await Task.Delay(_timing.Pause * failures, cancel);
                }
            }
        },
        false,
        cancel);

    /// <inheritdoc/>
    public async Task<bool> StoreAsync(ContentHash key, ActionResult result, Func<ContentHash, string> pathOf, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(pathOf);
        var stored = await Task.WhenAll(result.Outputs.Select(output => output.Blob).Distinct().Select(blob => GuardAsync(
            async () =>
            {
                var path = $"cas/{blob.Hash}";
                return (!_fetched.ContainsKey(blob.Hash) && await HasAsync(path, blob.Size, cancel)) || await PutAsync(path, () => new FileBody(pathOf(blob.Hash), blob.Size), cancel);
            },
            false,
            cancel)));
        return stored.All(isThere => isThere)
            && await GuardAsync(() => PutAsync($"ac/{key}", () => new ByteArrayContent(ActionResultMessage.Write(key, result)), cancel), false, cancel);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _client.Dispose();
        _transfers.Dispose();
    }

    private async Task<bool> HasAsync(string path, long size, CancellationToken cancel)
    {
        using var there = await _client.SendAsync(HttpMethod.Head, path, null, 0, cancel);
        return there.StatusCode == HttpStatusCode.OK && (there.Content.Headers.ContentLength ?? size) == size;
    }

    private async Task<bool> PutAsync(string path, Func<HttpContent> body, CancellationToken cancel)
    {
        using var response = await _client.SendAsync(HttpMethod.Put, path, body, 0, cancel);
        return response.IsSuccessStatusCode ? true : throw new RemoteException($"does not take what is written to it ({(int)response.StatusCode} {response.ReasonPhrase})");
    }

    /// <summary>The bytes of a blob from where the stream ends.</summary>
    private async Task<bool> AppendAsync(Blob blob, Stream into, CancellationToken cancel)
    {
        if (into.Length > blob.Size)
            into.SetLength(0);
        if (into.Length == blob.Size)
            return true;
        using var response = await _client.SendAsync(HttpMethod.Get, $"cas/{blob.Hash}", null, into.Length, cancel);
        if (response.StatusCode == HttpStatusCode.NotFound)
            return false;
        var isPart = response.StatusCode == HttpStatusCode.PartialContent;
        if (!isPart || response.Content.Headers.ContentRange?.From != into.Length)
        {
            // All of it where a part was asked for, or none; another part is of no use.
            into.SetLength(0);
            if (response.StatusCode != HttpStatusCode.OK)
                throw new CutOffException("sends another part of a blob than it was asked for");
        }

        into.Seek(0, SeekOrigin.End);
        if (response.Content.Headers.ContentLength is { } length && length != blob.Size - into.Length)
            return Refuse(blob, FormattableString.Invariant($"{length + into.Length} bytes"));
        using var body = await response.Content.ReadAsStreamAsync(cancel);
        var (buffer, clock) = (new byte[BufferSize], Stopwatch.StartNew());
        while (await ReadAsync(body, buffer, _timing.Silence, cancel) is var count and > 0)
        {
            if (into.Length + count > blob.Size)
                return Refuse(blob, "more bytes");
            await into.WriteAsync(buffer.AsMemory(0, count), cancel);
            if (clock.Elapsed > _timing.Longest(blob.Size))
                throw new RemoteException(FormattableString.Invariant($"is too slow: {into.Length} of {blob.Size} bytes came in {clock.Elapsed.TotalSeconds:F0} s"));
        }

        return into.Length == blob.Size ? true : throw new CutOffException(FormattableString.Invariant($"ends in the middle of a blob: {into.Length} of {blob.Size} bytes came"));
    }

    private bool Refuse(Blob blob, string what)
    {
        _warn(FormattableString.Invariant($"The blob {blob.Hash} of the remote cache has {what}, where its record says {blob.Size}; it was not taken, and what made it runs here."));
        return false;
    }

    /// <summary>The bytes of a record.</summary>
    private async Task<byte[]> ReadAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        using var body = await response.Content.ReadAsStreamAsync(cancel);
        using var memory = new MemoryStream();
        var (buffer, clock) = (new byte[BufferSize], Stopwatch.StartNew());
        while (await ReadAsync(body, buffer, _timing.Answer, cancel) is var count and > 0)
        {
            memory.Write(buffer, 0, count);
            if (memory.Length > LongestRecord)
                throw new InvalidDataException("is longer than any record");
            if (clock.Elapsed > _timing.LongestOfRecord(memory.Length))
                throw new RemoteException("is too slow");
        }

        return memory.ToArray();
    }

    private static async Task<int> ReadAsync(Stream body, Memory<byte> buffer, TimeSpan silence, CancellationToken cancel)
    {
        try
        {
            return await Arrival.ReadAsync(body, buffer, silence, cancel);
        }
        catch (ArrivalException exception)
        {
            throw new CutOffException($"{(exception.IsSilence ? "falls silent" : "ends")} in the middle of an answer", exception) { IsSilence = exception.IsSilence };
        }
    }

    private bool IsLeftAlone => _isOff || Environment.TickCount64 < Volatile.Read(ref _silentUntil);

    /// <summary>One transfer. What is wrong with the cache is told once; where it will not be otherwise soon, nothing more is asked.</summary>
    private async Task<T> GuardAsync<T>(Func<Task<T>> transfer, T otherwise, CancellationToken cancel)
    {
        if (IsLeftAlone)
            return otherwise;
        await _transfers.WaitAsync(cancel);
        try
        {
            return IsLeftAlone ? otherwise : await transfer();
        }
        catch (Exception exception) when (exception is RemoteException or CutOffException)
        {
            if (exception is RemoteException { IsPassing: false })
                _isOff = true;
            if (exception is RemoteException { IsSilence: true } or CutOffException { IsSilence: true })
                Volatile.Write(ref _silentUntil, Environment.TickCount64 + (long)_timing.Break.TotalMilliseconds);
            if (Interlocked.Exchange(ref _isTold, 1) == 0)
                _warn($"The remote cache {_settings.Address} {exception.Message}. The run goes on without it: what it would give is made here.");
            return otherwise;
        }
        finally
        {
            _transfers.Release();
        }
    }

    /// <summary>An answer that ended too early; the next attempt may go on from there.</summary>
    private sealed class CutOffException(string message, Exception? inner = null) : Exception(message, inner)
    {
        /// <summary>Whether nothing more came, though the connection stood.</summary>
        public bool IsSilence { get; init; }
    }
}
