using Slipway.Engine.Caching;
using Slipway.Engine.Execution;
using Slipway.Engine.Jobs;
using Slipway.Pipeline.Graph;
using Slipway.Pipeline.Jobs;
using Slipway.Pipeline.Tests.Jobs;

namespace Slipway.Pipeline.Tests.Graph;

public sealed class StartingWeightsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public StartingWeightsTests() => Repository.CopyTo("datasets/tiny-sdxl", _folder.Path);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Files_count_by_role_and_content_and_not_by_name()
    {
        _folder.Write("loras/a.safetensors", "a");
        _folder.Write("loras/b.safetensors", "b");
        _folder.Write("loras/c.safetensors", "c");
        _folder.Write("moved.safetensors", "a");
        _folder.Write("elsewhere/b.safetensors", "b");
        var first = Entries("loras/a.safetensors", "loras/b.safetensors, loras/c.safetensors");
        Assert.Equal(["base_weights.file/0", "base_weights.file/1", "network_weights"], first.Select(entry => entry.Role).Order(StringComparer.Ordinal));
        Assert.Equal(first, Entries("moved.safetensors", "elsewhere/b.safetensors, loras/c.safetensors"));
        Assert.NotEqual(first, Entries("loras/a.safetensors", "loras/c.safetensors, loras/b.safetensors"));
        _folder.Write("loras/a.safetensors", "another");
        Assert.NotEqual(first.Single(entry => entry.Role == "network_weights").Hash, Entries("loras/a.safetensors", "loras/b.safetensors").Single(entry => entry.Role == "network_weights").Hash);
    }

    [Fact]
    public void A_file_that_is_not_there_is_named() =>
        Assert.Contains("The network weights 'none.safetensors' does not exist", Assert.Throws<FileNotFoundException>(() => Entries("none.safetensors", "")).Message, StringComparison.Ordinal);

    [Fact]
    public void Paths_are_of_the_workspace()
    {
        _folder.Write("a.safetensors", "a");
        _folder.Write("b.safetensors", "b");
        Assert.Equal(
            [_folder["a.safetensors"], _folder["b.safetensors"]],
            Use("a.safetensors", "b.safetensors", (job, find) => new[] { job.NetworkWeights!, Assert.Single(job.BaseWeights).File }.Select(input => find(input).Source).ToList()));
    }

    private List<(string Role, ContentHash? Hash)> Entries(string network, string bases) => Use(network, bases, (job, find) =>
        new JobFingerprint(input => input is Ref ? Samples.Find(input) : find(input), Samples.Facts).Entries(job)
            .Where(entry => entry.Kind == EntryKind.File && !entry.Role.StartsWith("base_model", StringComparison.Ordinal)).Select(entry => (entry.Role, entry.Hash)).ToList());

    private T Use<T>(string network, string bases, Func<TrainJob, Func<Input, JobInput>, T> use)
    {
        var plan = Plans.PlanFile.LoadText(Plans.PlanFile.Good
            .Replace("base_model: base,", "base_model: datasets/tiny-sdxl,", StringComparison.Ordinal)
            .Replace("    lr_scheduler: cosine", $"    network_weights: {network}\n    base_weights: [{bases}]", StringComparison.Ordinal));
        using var cache = new Cache(_folder.Path, _ => { });
        var graph = PlanGraph.From(plan, _folder.Path).Jobs;
        using var run = new GraphRun(graph, cache, new LockFile(_folder["lock.yaml"]), new RunOptions { Profile = "tiny" }, new Silence());
        return use((TrainJob)graph.Stage("Train v02")!.Jobs[0].Job, run.Find);
    }

    private sealed class Silence : IRunLog
    {
        public void Report(string stage, int done, int all, string? detail)
        {
        }

        public void End(string stage)
        {
        }

        public void Line(string text)
        {
        }

        public void Warn(string text)
        {
        }

        public void Starting(string stage, int run, int reused, IReadOnlyList<string> reasons)
        {
        }

        public void Stored(string stage, int done, int total)
        {
        }

        public void Waiting(string stage, int? process)
        {
        }
    }
}
