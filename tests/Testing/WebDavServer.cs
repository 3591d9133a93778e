using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Slipway.Testing;

/// <summary>A real nginx on this machine that takes files by PUT (ngx_http_dav_module), as a remote cache; it ends with its test.</summary>
public sealed class WebDavServer : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly TemporaryFolder _folder = new();
    private readonly Process _process;

    private WebDavServer(string program)
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var port = ((IPEndPoint)free.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        free.Stop();
        Address = $"http://127.0.0.1:{port}/slipway";
        Directory.CreateDirectory(_folder["root/slipway"]);
        _folder.Write("nginx.conf", $$"""
            {{(Environment.UserName == "root" ? "user root;" : "")}}
            daemon off;
            master_process off;
            pid nginx.pid;
            error_log error.log;
            events {}
            http {
                log_format short '$request_method $uri $status $http_range';
                access_log access.log short;
                client_body_temp_path temporary;
                proxy_temp_path proxy;
                fastcgi_temp_path fastcgi;
                uwsgi_temp_path uwsgi;
                scgi_temp_path scgi;
                server {
                    listen 127.0.0.1:{{port}};
                    root root;
                    client_max_body_size 0;
                    dav_methods PUT;
                    create_full_put_path on;
                }
            }
            """);
        var start = new ProcessStartInfo(program, ["-p", _folder.Path, "-e", _folder["error.log"], "-c", "nginx.conf"]) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true };
        _process = Process.Start(start)!;
        Assert(SpinWait.SpinUntil(() => _process.HasExited || IsListening(int.Parse(port, CultureInfo.InvariantCulture)), Patience));
    }

    /// <summary>Where it is.</summary>
    public string Address { get; }

    /// <summary>What was asked for: method, path, status and range, a line each.</summary>
    public IReadOnlyList<string> Requests => File.ReadAllLines(_folder["access.log"]);

    /// <summary>Full path of what it holds under a path below its address.</summary>
    public string this[string path] => _folder[$"root/slipway/{path}"];

    /// <summary>Starts it; null where the machine has none that takes files.</summary>
    public static WebDavServer? TryStart() => new[] { "/usr/sbin/nginx", "/usr/bin/nginx", "/usr/local/bin/nginx" }.FirstOrDefault(File.Exists) is { } program ? new WebDavServer(program) : null;

    /// <inheritdoc/>
    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _folder.Dispose();
    }

    private static bool IsListening(int port)
    {
        try
        {
            using var client = new TcpClient("127.0.0.1", port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private void Assert(bool isUp)
    {
        if (!isUp || _process.HasExited)
            throw new InvalidOperationException($"nginx has not started: {_process.StandardError.ReadToEnd()}{(File.Exists(_folder["error.log"]) ? File.ReadAllText(_folder["error.log"]) : "")}");
    }
}
