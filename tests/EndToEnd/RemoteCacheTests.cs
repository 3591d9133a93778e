using Slipway.Engine.Caching;
using Slipway.Remote;

namespace Slipway.EndToEnd.Tests;

/// <summary>A second clone with an empty cache, and a real nginx with what the first one has made.</summary>
public sealed class RemoteCacheTests(FinishedWorkspace finished)
{
    private const string Missing = "There is no nginx here: Debian has it as nginx-light.";
    private static readonly string[] Needed = ["Microsoft.Extensions.Http.Resilience.dll", "Polly.Core.dll", "Google.Protobuf.dll"];

    [Fact]
    public async Task A_second_clone_trains_nothing_and_gives_what_it_makes_of_its_own()
    {
        using var server = WebDavServer.TryStart();
        Assert.SkipWhen(server is null, Missing);
        using var first = finished.Copy();
        await FillAsync(first, server);
        using var second = Workspace.New();

        var status = await RunAsync(second, server.Address, HostProgram.Path, "--target=Status");
        Assert.Equal((0, ""), (status.Code, status.Error));
        Assert.Contains($"The remote cache {server.Address} has 19 of 19 results that are missing here.", status.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(server.Requests, request => request.Contains("/cas/", StringComparison.Ordinal) && request.StartsWith("GET", StringComparison.Ordinal));

        var run = await RunAsync(second, server);

        Assert.Equal((0, ""), (run.Code, run.Error));
        var explained = await HostProgram.RunAsync(second.Root, "--target=Explain", "--output=artifacts/evaluation.json");
        Assert.Contains($", from {server.Address}, ", explained.Output, StringComparison.Ordinal);
        Assert.Contains("Train v01: 1 of 1 results came from the remote cache", run.Output, StringComparison.Ordinal);
        Assert.Contains("Everything is up to date", run.Output, StringComparison.Ordinal);
        Assert.Equal(first.Outputs(), second.Outputs());
        Assert.Contains("\"run\":0,\"reused\":19,\"remote\":19,", File.ReadAllText(second["artifacts/report/run.js"]), StringComparison.Ordinal);
        Assert.DoesNotContain(server.Requests, request => request.StartsWith("PUT", StringComparison.Ordinal) && !IsOf(first, request));
        // Every file that lies here was fetched once, and nothing else.
        using (var cache = new Cache(second.Root, _ => { }))
        {
            Assert.Equal(
                cache.Content.Hashes().Select(hash => $"GET /slipway/cas/{hash} 200 -").Order(StringComparer.Ordinal),
                server.Requests.Where(request => request.StartsWith("GET /slipway/cas/", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        }

        // What another language of the page needs is made here, and is there for the next clone.
        second.Edit(("report.language", "ja"));
        Assert.Contains("1 of 1 results went to the remote cache.", (await RunAsync(second, server)).Output, StringComparison.Ordinal);
        using var third = Workspace.New();
        third.Edit(("report.language", "ja"));
        Assert.Contains("Report: 1 of 1 results came from the remote cache", (await RunAsync(third, server)).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_a_stage_only_what_it_lays_out_comes()
    {
        using var server = WebDavServer.TryStart();
        Assert.SkipWhen(server is null, Missing);
        using var first = finished.Copy();
        await FillAsync(first, server);
        using var second = Workspace.New();
        second.Edit(("cache", $"{{ remote: \"{server.Address}\" }}"));

        var run = await HostProgram.RunAsync(second.Root, "--target=Backgrounds");

        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Equal(3, server.Requests.Count(request => request.StartsWith("GET /slipway/cas/", StringComparison.Ordinal)));
        Assert.Equal(3, Directory.GetFiles(second["artifacts"], "*", SearchOption.AllDirectories).Length);
    }

    [Fact]
    public async Task Where_all_is_here_nothing_of_http_is_loaded_and_nobody_is_asked()
    {
        using var workspace = finished.Copy();
        using var host = new TemporaryFolder();
        // The program as it is, but that what a transfer needs cannot be loaded.
        foreach (var file in Directory.GetFileSystemEntries(AppContext.BaseDirectory))
        {
            var name = Path.GetFileName(file);
            if (Needed.Contains(name))
                host.Write(name, "no library");
            else if (name.StartsWith("slipway.", StringComparison.Ordinal))
                File.Copy(file, host[name]);
            else
                File.CreateSymbolicLink(host[name], file);
        }

        var run = await RunAsync(workspace, "http://127.0.0.1:9", host["slipway.dll"], writes: false);

        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Contains("Everything is up to date", run.Output, StringComparison.Ordinal);
    }

    private static bool IsOf(Workspace workspace, string request)
    {
        var hash = request.Split(' ')[1].Split('/')[^1];
        return Directory.EnumerateFiles(workspace[".slipway"], hash, SearchOption.AllDirectories).Any();
    }

    private static Task<HostResult> RunAsync(Workspace workspace, WebDavServer server) => RunAsync(workspace, server.Address, HostProgram.Path);

    private static Task<HostResult> RunAsync(Workspace workspace, string address, string program, string target = "--target=Evaluate", bool writes = true) => HostProgram.ResultAsync(HostProgram.Start(
        "env", workspace.Root, [$"SLIPWAY_REMOTE_CACHE={address}", $"SLIPWAY_REMOTE_WRITE={(writes ? 1 : 0)}", "dotnet", program, target]));

    private static async Task FillAsync(Workspace workspace, WebDavServer server)
    {
        using var cache = new Cache(workspace.Root, Assert.Fail);
        using var remote = new HttpRemoteCache(new RemoteSettings { Address = new Uri(server.Address + "/"), Writes = true }, Assert.Fail);
        foreach (var result in ResultIndex.Read(cache).All)
            Assert.True(await remote.StoreAsync(result.Key, result.Result, cache.Content.PathOf, TestContext.Current.CancellationToken));
    }
}
