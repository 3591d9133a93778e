using Slipway.Engine.Caching;
using Slipway.Engine.Execution;
using Slipway.Engine.Jobs;
using Slipway.Imaging.Pictures;
using Slipway.Pipeline.Graph;
using Slipway.Pipeline.Jobs;
using Slipway.Pipeline.Plans;
using Slipway.Pipeline.Runs;
using Slipway.Pipeline.Tests.Commands.Exchange;
using Slipway.Slurm;

namespace Slipway.Pipeline.Tests.Runs;

/// <summary>What a node does that is given jobs, and what jobs ask for; no queue is needed for either.</summary>
public sealed class ClusterRunTests : IDisposable
{
    private const long Gib = 1L << 30;
    private readonly TemporaryFolder _folder = new();
    private readonly Lines _lines = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_node_does_what_its_key_says()
    {
        var (shard, key) = await KeptAsync(Facts.Read());

        await ClusterRun.DoShardAsync(_folder.Path, shard, _lines, TestContext.Current.CancellationToken);

        Assert.Equal([$"{key}"], TaskReport.TryRead(shard + ".json")!.Done);
        Assert.Equal(2, Stored("cas").Length);
    }

    [Fact]
    public async Task A_node_that_is_not_as_the_key_says_refuses_and_says_what_to_do()
    {
        var (shard, key) = await KeptAsync(Facts.Read().With(EnvironmentGroups.Skia, KeyValuePair.Create("skia", "that of another node")));

        var refused = await Assert.ThrowsAsync<OtherMachineException>(() => ClusterRun.DoShardAsync(_folder.Path, shard, _lines, TestContext.Current.CancellationToken));

        Assert.StartsWith("Composites white, 000 has the key ", refused.Message, StringComparison.Ordinal);
        Assert.EndsWith($" here and {key} where it was written: `skia` is {Facts.Read().Value([EnvironmentGroups.Skia], "skia")} here and was that of another node there.", refused.Message, StringComparison.Ordinal);
        Assert.Contains("This node is not as the one that was asked: ask for nodes of one kind (`slurm.sbatch`", TaskReport.TryRead(shard + ".json")!.Failed[$"{key}"], StringComparison.Ordinal);
        Assert.Empty(Stored("cas"));
        Assert.Empty(Stored("ac"));
    }

    [Theory]
    [InlineData("cpu", 10, "14848M")] // a quarter more, and 2 GiB
    [InlineData("cpu", 1, "7168M")] // loading the model takes more
    [InlineData("cuda", 10, "7168M")] // what a card holds is none of the node's
    [InlineData("cpu", null, "7168M")]
    public void A_training_asks_for_what_Preflight_estimates(string device, int? needed, string memory)
    {
        var job = new HandedJob(Node(), ContentHash.Of("key"), () => false, 4 * Gib);

        var asked = ClusterRun.Complete(new Plan { Device = device }, new SlurmResources(), job, needed * Gib);

        Assert.Equal(memory, asked.Memory);
        Assert.Equal("1G", ClusterRun.Complete(new Plan { Device = device }, new SlurmResources { Memory = "1G" }, job, needed * Gib).Memory);
    }

    /// <summary>A job that a driver has written down, with these facts about nodes, and the file by which a node is given it.</summary>
    private async Task<(string Shard, ContentHash Key)> KeptAsync(EnvironmentFacts facts)
    {
        File.Copy(Path.Combine(Repository.Root, "datasets", "sail_kun", "sail_kun.png"), _folder["sprite.png"]);
        ContentHash key;
        using (var cache = new Cache(_folder.Path, Assert.Fail))
        {
            var graph = new JobGraph([new StageNode("Composites white", null, [Node()])]);
            using var run = new GraphRun(graph, cache, new LockFile(_folder["lock.yaml"]), new RunOptions { Profile = "tiny", Facts = facts }, new RunLog(_lines));
            await run.RunAsync(graph.Stages, TestContext.Current.CancellationToken);
            key = Assert.Single(ResultIndex.Read(cache).All).Key;
        }

        foreach (var folder in new[] { "ac", "cas" })
            Directory.Delete(_folder[$".slipway/{folder}"], recursive: true);
        return (_folder.Write("shard", $"{key}\n"), key);
    }

    private static JobNode Node() => new("Composites white", "000", new FlatPictureJob(new FileRef("sprite.png", "sprite"), AlphaPolicy.White, "cat", 0.6, 64), ["artifacts/000.png", "artifacts/000.txt"]);

    private string[] Stored(string folder) => Directory.Exists(_folder[$".slipway/{folder}"]) ? Directory.GetFiles(_folder[$".slipway/{folder}"], "*", SearchOption.AllDirectories) : [];
}
