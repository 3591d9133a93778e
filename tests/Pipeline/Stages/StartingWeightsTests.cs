using Slipway.Engine.Caching;
using Slipway.Pipeline.Stages;

namespace Slipway.Pipeline.Tests.Stages;

public sealed class StartingWeightsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Files_count_by_role_and_content_and_not_by_name()
    {
        _folder.Write("loras/a.safetensors", "a");
        _folder.Write("loras/b.safetensors", "b");
        _folder.Write("loras/c.safetensors", "c");
        _folder.Write("moved.safetensors", "a");
        var first = Entries("loras/a.safetensors", "loras/b.safetensors, loras/c.safetensors");
        Assert.Equal(["network_weights", "base_weights/0", "base_weights/1"], first.Select(entry => entry.Role));
        Assert.Equal(first, Entries("moved.safetensors", "loras/b.safetensors, loras/c.safetensors"));
        Assert.NotEqual(first, Entries("loras/a.safetensors", "loras/c.safetensors, loras/b.safetensors"));
        _folder.Write("loras/a.safetensors", "another");
        Assert.NotEqual(first[0].Hash, Entries("loras/a.safetensors", "loras/b.safetensors")[0].Hash);
    }

    [Fact]
    public void A_file_that_is_not_there_is_named() =>
        Assert.Contains("The network weights 'none.safetensors' does not exist", Assert.Throws<FileNotFoundException>(() => Entries("none.safetensors", "")).Message, StringComparison.Ordinal);

    [Fact]
    public void Paths_are_of_the_workspace()
    {
        var start = Use("a.safetensors", "b.safetensors", (weights, training) => weights.Resolve(training).Network.Start);
        Assert.Equal((_folder["a.safetensors"], _folder["b.safetensors"]), (start.NetworkWeights, Assert.Single(start.BaseWeights).Path));
    }

    private List<(string Role, ContentHash? Hash)> Entries(string network, string bases) =>
        Use(network, bases, (weights, training) => weights.Entries(training.Network.Start).Select(entry => (entry.Role, entry.Hash)).ToList());

    private T Use<T>(string network, string bases, Func<StartingWeights, Slipway.Training.Options.TrainingOptions, T> use)
    {
        var plan = Plans.PlanFile.Load("    lr_scheduler: cosine", $"    network_weights: {network}\n    base_weights: [{bases}]");
        using var cache = new Cache(_folder.Path, _ => { });
        using var context = new StageContext(plan, cache, new Silence());
        return use(new StartingWeights(context), plan.Version("v02").Training);
    }

    private sealed class Silence : IProgressSink
    {
        public void Report(string stage, int done, int all, string? detail)
        {
        }

        public void Line(string text)
        {
        }

        public void Warn(string text)
        {
        }
    }
}
