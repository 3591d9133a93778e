using Slipway.Engine.Caching;
using Slipway.Pipeline.Plans.Sections;
using Slipway.Pipeline.Runs;

namespace Slipway.Pipeline.Tests.Runs;

public sealed class SharedCacheTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Workspace => _folder["workspace"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Without_a_folder_all_of_it_is_beside_the_plan()
    {
        using var cache = Open(new CachePlan());

        Assert.Equal(Path.Combine(Workspace, ".slipway"), cache.Store);
        Assert.Null(cache.ConnectRemote);
        Assert.False(Directory.Exists(cache.Store));
    }

    [Fact]
    public void A_folder_is_meant_from_where_the_plan_is()
    {
        using var cache = Open(new CachePlan { Folder = "../shared" });

        Assert.Equal(_folder["shared"], cache.Store);
        Assert.Equal(Path.Combine(Workspace, ".slipway"), cache.Root);
    }

    [Fact]
    public void What_needs_no_plan_finds_the_folder_that_its_runs_share()
    {
        Open(new CachePlan { Folder = "../shared" }).Dispose();
        using (var cache = SharedCache.Open(Workspace, Assert.Fail))
            Assert.Equal(_folder["shared"], cache.Store);

        Open(new CachePlan()).Dispose();
        using (var cache = SharedCache.Open(Workspace, Assert.Fail))
            Assert.Equal(cache.Root, cache.Store);
    }

    [Fact]
    public void Pictures_outside_the_plan_are_kept_there_too_under_a_name_of_their_own()
    {
        Open(new CachePlan { Folder = "../shared" }).Dispose();

        using var cache = SharedCache.Open(Workspace, Assert.Fail, "sample");

        Assert.Equal((_folder["shared"], "sample"), (cache.Store, cache.Plan));
    }

    [Fact]
    public void A_folder_that_cannot_be_one_is_refused_with_what_to_do()
    {
        var file = _folder.Write("shared", "a file");

        var message = Assert.Throws<ArgumentException>(() => Open(new CachePlan { Folder = "../shared" })).Message;

        Assert.StartsWith($"The shared cache '{file}' cannot be used: ", message, StringComparison.Ordinal);
        Assert.EndsWith("or name another (`cache.folder`, SLIPWAY_CACHE).", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_remote_cache_is_connected_to_when_it_is_asked_for_something()
    {
        using var cache = Open(new CachePlan { Remote = "http://127.0.0.1:1", Writes = true });

        using var remote = cache.ConnectRemote!(Assert.Fail);

        Assert.True(remote.Writes);
    }

    private Cache Open(CachePlan plan) => SharedCache.Open(Workspace, Assert.Fail, "boats", plan);
}
