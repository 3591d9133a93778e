using System.Globalization;
using Slipway.Engine.Caching;
using Slipway.Engine.Execution;

namespace Slipway.Hub.Tests;

public sealed class HubDownloadTests : IDisposable
{
    private const int Length = 3_000_000;
    private static readonly HubTiming Quick = new() { Pause = TimeSpan.FromMilliseconds(1), Silence = TimeSpan.FromSeconds(20), Attempts = 3 };

    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _said = [];

    private string Boats => _folder["hub/models--yard--boats"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_large_file_is_laid_out_as_the_hub_s_own_cache_has_it()
    {
        using var hub = new FakeHub();
        var bytes = hub.Add("unet/boat.safetensors", Length);

        var file = await FetchAsync(hub, hub["unet/boat.safetensors"]);

        var hash = ContentHash.Of(bytes);
        Assert.Equal(new FetchedFile(Path.Combine(Boats, "snapshots", FakeHub.Commit, "unet/boat.safetensors"), FakeHub.Commit, hash, Length), file);
        Assert.Equal($"../../../blobs/{hash}", new FileInfo(file.Path).LinkTarget);
        Assert.Equal(bytes, File.ReadAllBytes(file.Path));
        Assert.Equal([hash.ToString()], Directory.GetFiles(Path.Combine(Boats, "blobs")).Select(Path.GetFileName));
        Assert.True(File.Exists(_folder[$"hub/.locks/models--yard--boats/{hash}.lock"]));
        Assert.False(Directory.Exists(Path.Combine(Boats, "refs")));
        Assert.Equal(file.Path, new HubCache(_folder["hub"]).Find(hub["unet/boat.safetensors"]));
    }

    [Fact]
    public async Task A_small_file_is_called_after_git_s_hash_and_its_SHA_256_is_told()
    {
        using var hub = new FakeHub();
        var bytes = hub.Add("vocab.json", 2000, isLarge: false);

        var file = await FetchAsync(hub, hub["vocab.json"]);

        Assert.Equal(ContentHash.Of(bytes), file.Hash);
        Assert.Equal($"../../blobs/{FakeHub.GitHash(bytes)}", new FileInfo(file.Path).LinkTarget);
    }

    [Fact]
    public async Task A_branch_is_remembered_with_the_commit_that_it_stood_for()
    {
        using var hub = new FakeHub();
        hub.Add("boat.safetensors", 1000);

        var file = await FetchAsync(hub, hub["boat.safetensors", "main"]);

        Assert.Equal(FakeHub.Commit, file.Commit);
        Assert.Equal(FakeHub.Commit, File.ReadAllText(Path.Combine(Boats, "refs", "main")));
        Assert.Equal(file.Path, new HubCache(_folder["hub"]).Find(hub["boat.safetensors", "main"]));
    }

    [Fact]
    public async Task The_token_goes_to_the_hub_and_not_to_the_host_that_large_files_lie_on()
    {
        using var hub = new FakeHub { Token = "hf_secret" };
        hub.Add("boat.safetensors", 1000);

        await FetchAsync(hub, hub["boat.safetensors"], token: "hf_secret");

        var store = new Uri(hub.Store).Authority;
        Assert.All(hub.Requests, request => Assert.Equal(request.Host == store ? null : "Bearer hf_secret", request.Token));
        Assert.Contains(hub.Requests, request => request.Host == store);
    }

    [Fact]
    public async Task A_repository_that_was_renamed_is_followed_on_the_hub_with_the_token()
    {
        using var hub = new FakeHub { Token = "hf_secret" };
        var bytes = hub.Add("boat.safetensors", 1000);

        var file = await FetchAsync(hub, new HubFile("yard/old-boats", FakeHub.Commit, "boat.safetensors"), token: "hf_secret");

        Assert.Equal(bytes, File.ReadAllBytes(file.Path));
        Assert.Contains("models--yard--old-boats", file.Path, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_cut_off_goes_on_where_it_ended()
    {
        using var hub = new FakeHub();
        var bytes = hub.Add("boat.safetensors", Length);
        hub.Mishaps.Enqueue((context, all) => FakeHub.Cut(context, all, 0, 1_500_000));

        var file = await FetchAsync(hub, hub["boat.safetensors"]);

        Assert.Equal(bytes, File.ReadAllBytes(file.Path));
        var ranges = hub.Requests.Where(request => request.Method == "GET" && request.Range is not null).Select(request => request.Range!).Distinct().ToList();
        var from = int.Parse(Assert.Single(ranges)["bytes=".Length..^1], CultureInfo.InvariantCulture);
        Assert.InRange(from, 1, 1_500_000);
    }

    [Fact]
    public async Task The_next_process_goes_on_too()
    {
        using var hub = new FakeHub();
        var bytes = hub.Add("boat.safetensors", Length);
        Write($"blobs/{ContentHash.Of(bytes)}.incomplete", bytes[..2_000_000]);

        var file = await FetchAsync(hub, hub["boat.safetensors"]);

        Assert.Equal(bytes, File.ReadAllBytes(file.Path));
        Assert.Contains(hub.Requests, request => request.Range == "bytes=2000000-");
    }

    [Fact]
    public async Task A_part_of_something_else_is_thrown_away_and_all_is_fetched()
    {
        using var hub = new FakeHub();
        var bytes = hub.Add("boat.safetensors", Length);
        Write($"blobs/{ContentHash.Of(bytes)}.incomplete", new byte[1_000_000]);

        var file = await FetchAsync(hub, hub["boat.safetensors"]);

        Assert.Equal(bytes, File.ReadAllBytes(file.Path));
        Assert.Contains(_said, line => line.Contains("does not belong to it", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_host_that_sends_all_where_a_part_was_asked_for_is_taken_at_its_word()
    {
        using var hub = new FakeHub { IgnoresRanges = true };
        var bytes = hub.Add("boat.safetensors", Length);
        Write($"blobs/{ContentHash.Of(bytes)}.incomplete", bytes[..2_000_000]);

        Assert.Equal(bytes, File.ReadAllBytes((await FetchAsync(hub, hub["boat.safetensors"])).Path));
        Assert.Single(hub.Requests, request => request.Method == "GET" && request.Host == new Uri(hub.Store).Authority);
    }

    [Fact]
    public async Task Wrong_bytes_are_thrown_away_and_said()
    {
        using var hub = new FakeHub();
        var bytes = hub.Add("boat.safetensors", 1000);
        hub.Mishaps.Enqueue((context, all) =>
        {
            context.Response.ContentLength64 = all.Length;
            context.Response.OutputStream.Write(new byte[all.Length]);
            return true;
        });

        var error = await Assert.ThrowsAsync<HubException>(() => FetchAsync(hub, hub["boat.safetensors"]));

        Assert.Contains($"came with other bytes than the hub promised ({ContentHash.Of(bytes)})", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Path.Combine(Boats, "blobs")));
        Assert.False(Directory.Exists(Path.Combine(Boats, "snapshots")));
    }

    [Fact]
    public async Task Wrong_bytes_of_a_small_file_are_seen_by_git_s_hash()
    {
        using var hub = new FakeHub();
        hub.Add("vocab.json", 1000, isLarge: false);
        hub.Mishaps.Enqueue((context, all) =>
        {
            context.Response.ContentLength64 = all.Length;
            context.Response.OutputStream.Write(new byte[all.Length]);
            return true;
        });

        await Assert.ThrowsAsync<HubException>(() => FetchAsync(hub, hub["vocab.json"]));
        Assert.Empty(Directory.GetFiles(Path.Combine(Boats, "blobs")));
    }

    [Fact]
    public async Task A_hub_with_other_bytes_than_the_plan_s_is_refused_before_anything_is_fetched()
    {
        using var hub = new FakeHub();
        hub.Add("boat.safetensors", 1000);

        var error = await Assert.ThrowsAsync<DifferenceException>(() => FetchAsync(hub, new WantedFile(hub["boat.safetensors"], ContentHash.Of("another"))));

        Assert.Contains($"expected sha256 {ContentHash.Of("another")}", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(hub.Requests, request => request.Method == "GET");
    }

    [Fact]
    public async Task Other_bytes_of_a_small_file_never_get_a_place_in_the_commit()
    {
        using var hub = new FakeHub();
        hub.Add("vocab.json", 1000, isLarge: false);

        await Assert.ThrowsAsync<DifferenceException>(() => FetchAsync(hub, new WantedFile(hub["vocab.json"], ContentHash.Of("another"))));

        Assert.False(Directory.Exists(Path.Combine(Boats, "snapshots")));
    }

    [Fact]
    public async Task A_busy_hub_is_asked_again_after_the_time_that_it_names()
    {
        using var hub = new FakeHub();
        hub.Add("boat.safetensors", 1000);
        hub.Refusals.Enqueue(response => (response.StatusCode, response.Headers["Retry-After"]) = (429, "1"));
        hub.Refusals.Enqueue(response => response.StatusCode = 503);

        await FetchAsync(hub, hub["boat.safetensors"]);

        Assert.Contains(_said, line => line.Contains("429", StringComparison.Ordinal) && line.EndsWith("trying again in 1 s.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_hub_that_asks_for_more_patience_than_there_is_ends_it_at_once()
    {
        using var hub = new FakeHub();
        hub.Add("boat.safetensors", 1000);
        hub.Refusals.Enqueue(response => (response.StatusCode, response.Headers["Retry-After"]) = (429, "7200"));

        var error = await Assert.ThrowsAsync<HubException>(() => FetchAsync(hub, hub["boat.safetensors"]));

        Assert.Contains("it asks to wait 7200 s", error.Message, StringComparison.Ordinal);
        Assert.Single(hub.Requests);
    }

    [Fact]
    public async Task A_hub_that_is_not_there_is_given_up_after_some_attempts()
    {
        string endpoint;
        using (var closed = new FakeHub())
            endpoint = closed.Endpoint;
        using var download = new HubDownload(new HubSettings { Cache = _folder["hub"], Endpoint = endpoint }, Quick);

        var error = await Assert.ThrowsAsync<HubException>(() => download.FetchAsync(new WantedFile(new HubFile(FakeHub.Repository, FakeHub.Commit, "x")), TestContext.Current.CancellationToken));
        Assert.Contains("127.0.0.1 is not reached", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connections_that_are_cut_again_and_again_are_given_up_only_where_nothing_more_comes()
    {
        using var hub = new FakeHub();
        var bytes = hub.Add("boat.safetensors", Length);
        var from = 0;
        // More cuts than attempts, each after some more bytes.
        for (var i = 0; i < 5; i++)
        {
            hub.Mishaps.Enqueue((context, all) =>
            {
                from = context.Request.Headers["Range"] is { } range ? int.Parse(range["bytes=".Length..^1], CultureInfo.InvariantCulture) : 0;
                return FakeHub.Cut(context, all, from, 500_000);
            });
        }

        Assert.Equal(bytes, File.ReadAllBytes((await FetchAsync(hub, hub["boat.safetensors"])).Path));
    }

    [Theory]
    [InlineData(null, false, "does not show yard/boats to everybody (401)")]
    [InlineData("hf_old", false, "refuses your token for yard/boats (401)")]
    [InlineData(null, true, "is gated: accept its conditions on")]
    [InlineData("hf_secret", true, "your token's account has no access yet")]
    public async Task Who_may_not_see_a_repository_is_told_what_to_do(string? token, bool isGated, string expected)
    {
        using var hub = new FakeHub { Token = "hf_secret", IsGated = isGated };
        hub.Add("boat.safetensors", 1000);

        var error = await Assert.ThrowsAsync<InvalidDataException>(() => FetchAsync(hub, hub["boat.safetensors"], token));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hf_", error.Message, StringComparison.Ordinal);
        Assert.Single(hub.Requests);
    }

    [Theory]
    [InlineData("yard/boats", FakeHub.Commit, "plane.safetensors", "has no file 'plane.safetensors'")]
    [InlineData("yard/boats", "summer", "boat.safetensors", "has no revision summer")]
    [InlineData("yard/planes", "main", "boat.safetensors", "is not on the hub (404)")]
    public async Task What_is_not_on_the_hub_is_named(string repository, string revision, string path, string expected)
    {
        using var hub = new FakeHub();
        hub.Add("boat.safetensors", 1000);

        var error = await Assert.ThrowsAsync<InvalidDataException>(() => FetchAsync(hub, new HubFile(repository, revision, path)));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Offline_nothing_is_asked()
    {
        using var hub = new FakeHub();
        using var download = new HubDownload(hub.Settings(_folder) with { IsOffline = true }, Quick);

        var error = await Assert.ThrowsAsync<InvalidDataException>(() => download.FetchAsync(new WantedFile(hub["boat.safetensors"]), TestContext.Current.CancellationToken));

        Assert.Contains("HF_HUB_OFFLINE", error.Message, StringComparison.Ordinal);
        Assert.Empty(hub.Requests);
    }

    [Fact]
    public async Task Another_server_is_not_taken_for_the_hub()
    {
        using var hub = new FakeHub();
        hub.Add("boat.safetensors", 1000);
        hub.Refusals.Enqueue(response => response.StatusCode = 200);

        var error = await Assert.ThrowsAsync<HubException>(() => FetchAsync(hub, hub["boat.safetensors"]));

        Assert.Contains("does not answer as the hub does", error.Message, StringComparison.Ordinal);
    }

    private Task<FetchedFile> FetchAsync(FakeHub hub, HubFile file, string? token = null) => FetchAsync(hub, new WantedFile(file), token);

    private async Task<FetchedFile> FetchAsync(FakeHub hub, WantedFile file, string? token = null)
    {
        using var download = new HubDownload(hub.Settings(_folder, token), Quick) { Say = _said.Add };
        return await download.FetchAsync(file, TestContext.Current.CancellationToken);
    }

    private void Write(string path, byte[] bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(Boats, path))!);
        File.WriteAllBytes(Path.Combine(Boats, path), bytes);
    }
}
