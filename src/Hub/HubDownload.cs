using System.Net;
using System.Security.Cryptography;
using System.Text;
using Slipway.Engine.Caching;
using Slipway.Engine.Execution;
using Slipway.Engine.Files;

namespace Slipway.Hub;

/// <summary>
/// Fetches files into the hub's cache. What was cut off goes on where it ended, in this process or the next; nothing gets its name before its bytes are those
/// that were promised.
/// </summary>
public sealed class HubDownload : IDisposable
{
    private const int BufferSize = 1 << 20;
    private const int NoSpace = 28;     // ENOSPC
    private readonly HubSettings _settings;
    private readonly HubTiming _timing;
    private readonly HubCache _cache;
    private readonly HubClient _client;

    /// <param name="settings">Where the hub is, and its cache.</param>
    /// <param name="timing">How long it is waited for; null: as usual.</param>
    public HubDownload(HubSettings settings, HubTiming? timing = null)
    {
        ArgumentNullException.ThrowIfNull(settings);
        (_settings, _timing, _cache) = (settings, timing ?? new HubTiming(), new HubCache(settings.Cache));
        _client = new HubClient(settings, _timing);
    }

    /// <summary>Hears how much of a file is there: bytes, and all bytes where they are known.</summary>
    public Action<long, long?> Progress { get; init; } = (_, _) => { };

    /// <summary>Told what a person should know meanwhile.</summary>
    public Action<string> Say { get; init; } = _ => { };

    /// <summary>A file with what the hub says of it: its commit, its size, and of a large one its SHA-256.</summary>
    /// <inheritdoc cref="FetchAsync"/>
    public async Task<WantedFile> DescribeAsync(WantedFile wanted, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        var known = await AskAsync(wanted.File, cancel);
        RequireWanted(wanted, known);
        return new WantedFile(wanted.File with { Revision = known.Commit }, wanted.Hash ?? known.Hash, wanted.Size ?? known.Size);
    }

    /// <summary>Fetches a file that is not in the cache.</summary>
    /// <param name="wanted">The file, and what its bytes must be.</param>
    /// <param name="cancel">Stops; what has come stays for the next time.</param>
    /// <exception cref="InvalidDataException">There is no such file, or not for this caller.</exception>
    /// <exception cref="DifferenceException">The hub has other bytes than are wanted.</exception>
    /// <exception cref="HubException">The hub is not reached, or sends wrong bytes.</exception>
    /// <exception cref="IOException">There is not enough space.</exception>
    public async Task<FetchedFile> FetchAsync(WantedFile wanted, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        var file = wanted.File;
        var known = await AskAsync(file, cancel);
        RequireWanted(wanted, known);
        var blob = _cache.Blob(file.Repository, known.Tag);
        Directory.CreateDirectory(Path.GetDirectoryName(blob)!);
        using var held = await FileLock.AcquireAsync(
            _cache.Lock(file.Repository, known.Tag), process => Say($"Another process{(process is { } id ? $" ({id})" : "")} fetches {file.Path}; waiting."), cancel);
        // The plan's bytes are those of the blob only where the hub names blobs by what is in them.
        if (!File.Exists(blob))
            await DownloadAsync(file, known, blob, cancel);
        using var bytes = File.OpenRead(blob);
        var (hash, size) = (ContentHash.Of(bytes), bytes.Length);
        RequireWanted(wanted, known with { Tag = hash.ToString(), Size = size });
        return new FetchedFile(_cache.Link(file, known.Commit, known.Tag), known.Commit, hash, size);
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private Task<HubMetadata> AskAsync(HubFile file, CancellationToken cancel) => _settings.IsOffline
        ? throw new InvalidDataException($"{file} is not on this machine, and HF_HUB_OFFLINE forbids to fetch it.")
        : RetryAsync(file, () => 0, _ => _client.AskAsync(file, cancel), cancel);

    private static void RequireWanted(WantedFile wanted, HubMetadata known)
    {
        if (wanted.File.IsCommit && known.Commit != wanted.File.Revision)
            throw new HubException($"{wanted.File} was not fetched: the hub answers with commit {known.Commit}.");
        var found = (wanted.Hash is { } hash && known.Hash is { } other && hash != other) || (wanted.Size is { } size && known.Size is { } length && size != length);
        if (found)
        {
            throw new DifferenceException(
                $"{wanted.File} has other bytes than were written down: expected {Describe(wanted.Hash, wanted.Size)}, found {Describe(known.Hash, known.Size)}. Nothing was taken over; where the other is right, write it into the plan, or take the file's lines out of the lock file.");
        }
    }

    private static string Describe(ContentHash? hash, long? size) => string.Join(", ", new[] { hash is null ? null : $"sha256 {hash}", size is null ? null : $"{size} bytes" }.OfType<string>());

    private async Task DownloadAsync(HubFile file, HubMetadata known, string blob, CancellationToken cancel)
    {
        RequireSpace(file, known, blob);
        var partial = blob + ".incomplete";
        // Bytes of another time may be wrong; then all of it is fetched once more.
        for (var wasThere = File.Exists(partial) && new FileInfo(partial).Length > 0; ; wasThere = false)
        {
            await RetryAsync(file, () => File.Exists(partial) ? new FileInfo(partial).Length : 0, _ => AppendAsync(file, known, partial, cancel), cancel);
            if (IsAsPromised(partial, known))
                break;
            File.Delete(partial);
            if (!wasThere)
                throw new HubException($"{file} came with other bytes than the hub promised ({known.Tag}); they were thrown away. Run Fetch again; where it comes back, something on the way changes what is sent.");
            Say($"What was there of {file.Path} does not belong to it; fetching all of it.");
        }

        File.Move(partial, blob, overwrite: true);
    }

    private static void RequireSpace(HubFile file, HubMetadata known, string blob)
    {
        var partial = new FileInfo(blob + ".incomplete");
        var needed = (known.Size ?? 0) - (partial.Exists ? partial.Length : 0);
        if (new DriveInfo(Path.GetDirectoryName(blob)!).AvailableFreeSpace is var free && free < needed)
            throw new IOException(FormattableString.Invariant($"{file.Path} needs {needed / 1048576.0:F0} MiB in {Path.GetDirectoryName(blob)}, where {free / 1048576.0:F0} MiB are free. Make room, or name another folder as HF_HOME."), NoSpace);
    }

    private async Task<bool> AppendAsync(HubFile file, HubMetadata known, string partial, CancellationToken cancel)
    {
        using var output = new FileStream(partial, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, BufferSize);
        if (output.Length >= known.Size)
            return true;
        output.Seek(0, SeekOrigin.End);
        using var response = await _client.GetAsync(file, output.Length, cancel);
        // The whole file, where a part was asked for.
        if (response.StatusCode != HttpStatusCode.PartialContent || response.Content.Headers.ContentRange?.From != output.Length)
            output.SetLength(0);
        if (response.StatusCode == HttpStatusCode.PartialContent && output.Length == 0 && response.Content.Headers.ContentRange?.From is > 0)
            throw new TransientException("the hub sent another part than was asked for");
        using var input = await response.Content.ReadAsStreamAsync(cancel);
        var buffer = new byte[BufferSize];
        while (await ReadAsync(input, buffer, cancel) is var count and > 0)
        {
            await output.WriteAsync(buffer.AsMemory(0, count), cancel);
            Progress(output.Position, known.Size);
        }

        await output.FlushAsync(cancel);
        return output.Length >= known.Size || known.Size is null ? true : throw new TransientException($"the connection ended after {output.Length} of {known.Size} bytes");
    }

    private async Task<int> ReadAsync(Stream input, Memory<byte> buffer, CancellationToken cancel)
    {
        try
        {
            return await Arrival.ReadAsync(input, buffer, _timing.Silence, cancel);
        }
        catch (ArrivalException exception)
        {
            throw new TransientException(exception.Message, exception);
        }
    }

    /// <summary>By the SHA-256 of a large file, by git's SHA-1 of a small one, and by the size; another tag says nothing of the bytes.</summary>
    private static bool IsAsPromised(string path, HubMetadata known)
    {
        using var stream = File.OpenRead(path);
        return (known.Size is null || stream.Length == known.Size) && (known.Hash is { } hash ? ContentHash.Of(stream) == hash : !HubFile.IsCommitHash(known.Tag) || GitHash(stream) == known.Tag);
    }

#pragma warning disable CA5350 // Git names what it keeps by SHA-1; the SHA-256 is written down beside it.
    private static string GitHash(Stream stream)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        hash.AppendData(Encoding.ASCII.GetBytes(FormattableString.Invariant($"blob {stream.Length}\0")));
        var buffer = new byte[BufferSize];
        while (stream.Read(buffer) is var count and > 0)
            hash.AppendData(buffer, 0, count);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
#pragma warning restore CA5350

    /// <summary>Tries until it goes well; attempts that bring something do not count.</summary>
    private async Task<T> RetryAsync<T>(HubFile file, Func<long> length, Func<int, Task<T>> attempt, CancellationToken cancel)
    {
        for (var (failures, before) = (0, length()); ;)
        {
            try
            {
                return await attempt(failures);
            }
            catch (TransientException exception)
            {
                var now = length();
                failures = now > before ? 1 : failures + 1;
                before = now;
                var pause = _timing.PauseAfter(failures, exception.Wait);
                if (failures >= _timing.Attempts || pause > _timing.LongestPause)
                    throw new HubException($"{file} was not fetched: {exception.Message}{(exception.Wait is { } wait ? FormattableString.Invariant($"; it asks to wait {wait.TotalSeconds:F0} s") : "")}. What has come is kept: the same command goes on where this one was.", exception);
                if (failures > 1 || exception.Wait is not null)
                    Say(FormattableString.Invariant($"{file.Path}: {exception.Message}; trying again in {pause.TotalSeconds:F0} s."));
                await Task.Delay(pause, cancel);
            }
        }
    }
}
