using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Slipway.Hub.Tests;

/// <summary>
/// A server that answers as the hub does: small files itself, with git's SHA-1 as their ETag; large ones by sending to another host, which knows neither token nor
/// commit and serves ranges.
/// </summary>
internal sealed class FakeHub : IDisposable
{
    public const string Repository = "yard/boats";
    public const string Commit = "0123456789abcdef0123456789abcdef01234567";

    private readonly HttpListener _hub;
    private readonly HttpListener _store;
    private readonly ConcurrentDictionary<string, (byte[] Bytes, bool IsLarge)> _files = new(StringComparer.Ordinal);

    public FakeHub()
    {
        (_hub, Endpoint) = Open("127.0.0.1");
        (_store, Store) = Open("localhost");
        _ = ServeAsync(_hub, Hub);
        _ = ServeAsync(_store, Bytes);
    }

    /// <summary>The hub's address.</summary>
    public string Endpoint { get; }

    /// <summary>The address of the host that large files lie on.</summary>
    public string Store { get; }

    /// <summary>What was asked for, in its order.</summary>
    public ConcurrentQueue<(string Method, string Host, string Path, string? Token, string? Range)> Requests { get; } = new();

    /// <summary>What happens to the next requests for bytes instead of an answer; taken one by one. True: it has answered.</summary>
    public ConcurrentQueue<Func<HttpListenerContext, byte[], bool>> Mishaps { get; } = new();

    /// <summary>What happens to the next requests of any kind to the hub.</summary>
    public ConcurrentQueue<Action<HttpListenerResponse>> Refusals { get; } = new();

    /// <summary>The token without which nothing is shown; null: everybody may see everything.</summary>
    public string? Token { get; init; }

    /// <summary>Whether the token's account has yet to accept the conditions.</summary>
    public bool IsGated { get; init; }

    /// <summary>The commit that <c>main</c> stands for.</summary>
    public string Main { get; set; } = Commit;

    /// <summary>Whether the host of large files takes no notice of ranges.</summary>
    public bool IgnoresRanges { get; set; }

    public HubFile this[string path, string revision = Commit] => new(Repository, revision, path);

    public byte[] Add(string path, int length, bool isLarge = true)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        _files[path] = (bytes, isLarge);
        return bytes;
    }

    public HubSettings Settings(TemporaryFolder folder, string? token = null) => new() { Cache = folder["hub"], Endpoint = Endpoint, Token = token };

#pragma warning disable CA5350 // Git's own.
    public static string GitHash(byte[] bytes) => Convert.ToHexStringLower(SHA1.HashData([.. Encoding.ASCII.GetBytes($"blob {bytes.Length}\0"), .. bytes]));
#pragma warning restore CA5350

    public void Dispose()
    {
        _hub.Close();
        _store.Close();
    }

    private static (HttpListener Listener, string Address) Open(string host)
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var address = $"http://{host}:{((IPEndPoint)free.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture)}";
        free.Stop();
        var listener = new HttpListener();
        listener.Prefixes.Add(address + "/");
        listener.Start();
        return (listener, address);
    }

    private async Task ServeAsync(HttpListener listener, Action<HttpListenerContext> answer)
    {
        try
        {
            while (true)
            {
                var context = await listener.GetContextAsync();
                var request = context.Request;
                Requests.Enqueue((request.HttpMethod, request.Url!.Authority, request.Url.AbsolutePath, request.Headers["Authorization"], request.Headers["Range"]));
                try
                {
                    answer(context);
                    context.Response.Close();
                }
                catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException or InvalidOperationException or IOException)
                {
                    context.Response.Abort();
                }
            }
        }
        catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
        {
            // The server is closed.
        }
    }

    private void Hub(HttpListenerContext context)
    {
        var (request, response) = (context.Request, context.Response);
        if (Refusals.TryDequeue(out var refuse))
        {
            refuse(response);
            return;
        }

        if (Token is not null && request.Headers["Authorization"] != $"Bearer {Token}")
        {
            Refuse(response, 401, IsGated ? "GatedRepo" : "RepoNotFound");
            return;
        }

        if (IsGated)
        {
            Refuse(response, 403, "GatedRepo");
            return;
        }

        // /yard/boats/resolve/REVISION/PATH; the repository had another name once.
        var parts = request.Url!.AbsolutePath[1..].Split('/', 5);
        var repository = $"{parts[0]}/{parts[1]}";
        if (repository == "yard/old-boats")
        {
            response.StatusCode = 307;
            response.RedirectLocation = $"/{Repository}/resolve/{parts[3]}/{parts[4]}";
            return;
        }

        var path = Uri.UnescapeDataString(parts[4]);
        var problem = repository != Repository ? "RepoNotFound" : parts[3] is not (Commit or "main") ? "RevisionNotFound" : !_files.ContainsKey(path) ? "EntryNotFound" : null;
        if (problem is not null)
        {
            Refuse(response, 404, problem);
            return;
        }

        var (bytes, isLarge) = _files[path];
        response.Headers["X-Repo-Commit"] = parts[3] == "main" ? Main : parts[3];
        if (isLarge)
        {
            response.Headers["X-Linked-Etag"] = $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes))}\"";
            response.Headers["X-Linked-Size"] = bytes.Length.ToString(CultureInfo.InvariantCulture);
            response.StatusCode = 302;
            response.RedirectLocation = $"{Store}/{path}";
            return;
        }

        response.Headers["ETag"] = $"W/\"{GitHash(bytes)}\"";
        if (request.HttpMethod == "HEAD")
            response.ContentLength64 = bytes.Length;
        else
            Send(context, bytes);
    }

    private void Bytes(HttpListenerContext context) => Send(context, _files[context.Request.Url!.AbsolutePath[1..]].Bytes);

    private void Send(HttpListenerContext context, byte[] bytes)
    {
        if (Mishaps.TryDequeue(out var mishap) && mishap(context, bytes))
            return;
        var from = 0;
        if (!IgnoresRanges && context.Request.Headers["Range"] is { } range)
        {
            from = int.Parse(range["bytes=".Length..^1], CultureInfo.InvariantCulture);
            context.Response.StatusCode = 206;
            context.Response.Headers["Content-Range"] = $"bytes {from}-{bytes.Length - 1}/{bytes.Length}";
        }

        context.Response.ContentLength64 = bytes.Length - from;
        context.Response.OutputStream.Write(bytes.AsSpan(from));
    }

    private static void Refuse(HttpListenerResponse response, int status, string reason)
    {
        response.StatusCode = status;
        response.Headers["X-Error-Code"] = reason;
    }

    /// <summary>Sends some bytes and cuts the connection.</summary>
    public static bool Cut(HttpListenerContext context, byte[] bytes, int from, int count)
    {
        if (from > 0)
        {
            context.Response.StatusCode = 206;
            context.Response.Headers["Content-Range"] = $"bytes {from}-{bytes.Length - 1}/{bytes.Length}";
        }

        context.Response.ContentLength64 = bytes.Length - from;
        context.Response.OutputStream.Write(bytes.AsSpan(from, count));
        context.Response.OutputStream.Flush();
        context.Response.Abort();
        return true;
    }
}
