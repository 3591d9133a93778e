using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Slipway.Remote.Tests;

/// <summary>A server of Bazel's HTTP protocol in memory, which errs as a test wants.</summary>
internal sealed class FakeRemote : IDisposable
{
    private readonly HttpListener _listener;
    private int _atWork;
    private int _most;

    public FakeRemote()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        Address = $"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture)}/slipway";
        free.Stop();
        _listener = new HttpListener();
        _listener.Prefixes.Add(Address + "/");
        _listener.Start();
        _ = ServeAsync();
    }

    public string Address { get; }

    /// <summary>What lies in it, by <c>ac/…</c> and <c>cas/…</c>.</summary>
    public ConcurrentDictionary<string, byte[]> Entries { get; } = new(StringComparer.Ordinal);

    /// <summary>What was asked for, in its order.</summary>
    public ConcurrentQueue<(string Method, string Path, string? Credentials, string? Range)> Requests { get; } = new();

    /// <summary>Called with each request, its path below the address and what lies there; true: it has answered.</summary>
    public Func<HttpListenerContext, string, byte[]?, bool> Mishap { get; set; } = (_, _, _) => false;

    public bool ServesRanges { get; set; } = true;

    /// <summary>The most requests that were at work at once.</summary>
    public int Most => _most;

    public IEnumerable<string> Paths(string method) => Requests.Where(request => request.Method == method).Select(request => request.Path);

    public IEnumerable<string> Stored(string kind) => Entries.Keys.Where(path => path.StartsWith(kind + "/", StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    public void Dispose() => _listener.Close();

    /// <summary>Announces all bytes, sends some and cuts the connection.</summary>
    public static bool Cut(HttpListenerContext context, byte[] bytes, int count)
    {
        var from = From(context);
        if (from > 0)
            Announce(context, bytes, from);
        context.Response.ContentLength64 = bytes.Length - from;
        context.Response.OutputStream.Write(bytes.AsSpan(from, Math.Min(count, bytes.Length - from)));
        context.Response.OutputStream.Flush();
        context.Response.Abort();
        return true;
    }

    /// <summary>The bytes from here on, whatever was asked for.</summary>
    public static bool Part(HttpListenerContext context, byte[] bytes, int from)
    {
        Announce(context, bytes, from);
        context.Response.ContentLength64 = bytes.Length - from;
        context.Response.OutputStream.Write(bytes.AsSpan(from));
        return true;
    }

    public static bool Answer(HttpListenerContext context, int status)
    {
        context.Response.StatusCode = status;
        return true;
    }

    public static bool Redirect(HttpListenerContext context, string address, int status = 307)
    {
        context.Response.StatusCode = status;
        context.Response.RedirectLocation = address;
        return true;
    }

    private static int From(HttpListenerContext context) =>
        context.Request.Headers["Range"] is { } range ? int.Parse(range["bytes=".Length..^1], CultureInfo.InvariantCulture) : 0;

    private static void Announce(HttpListenerContext context, byte[] bytes, int from)
    {
        context.Response.StatusCode = 206;
        context.Response.Headers["Content-Range"] = $"bytes {from}-{bytes.Length - 1}/{bytes.Length}";
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                var context = await _listener.GetContextAsync();
                // A thread of its own: some are made to wait.
                new Thread(() => Serve(context)) { IsBackground = true }.Start();
            }
        }
        catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
        {
            // The server is closed.
        }
    }

    private void Serve(HttpListenerContext context)
    {
        try
        {
            lock (Entries)
                _most = Math.Max(_most, ++_atWork);
            var request = context.Request;
            var path = request.Url!.AbsolutePath["/slipway/".Length..];
            Requests.Enqueue((request.HttpMethod, path, request.Headers["Authorization"], request.Headers["Range"]));
            if (!Mishap(context, path, Entries.GetValueOrDefault(path)))
                Answer(context, path);
            lock (Entries)
                _atWork--;
            context.Response.Close();
        }
        catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException or InvalidOperationException or IOException)
        {
            context.Response.Abort();
        }
    }

    private void Answer(HttpListenerContext context, string path)
    {
        var response = context.Response;
        if (context.Request.HttpMethod == "PUT")
        {
            using var memory = new MemoryStream();
            context.Request.InputStream.CopyTo(memory);
            Entries[path] = memory.ToArray();
            response.StatusCode = 201;
        }
        else if (!Entries.TryGetValue(path, out var bytes))
        {
            response.StatusCode = 404;
        }
        else if (context.Request.HttpMethod == "HEAD")
        {
            response.ContentLength64 = bytes.Length;
        }
        else
        {
            var from = ServesRanges ? From(context) : 0;
            if (from > 0)
                Announce(context, bytes, from);
            response.ContentLength64 = bytes.Length - from;
            response.OutputStream.Write(bytes.AsSpan(from));
        }
    }
}
