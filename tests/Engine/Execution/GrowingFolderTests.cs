using System.Text.Json.Serialization;
using Slipway.Engine.Jobs;

namespace Slipway.Engine.Tests.Execution;

public sealed class GrowingFolderTests : IDisposable
{
    private readonly Yard _yard = new();

    public void Dispose() => _yard.Dispose();

    [Fact]
    public async Task A_folder_that_grows_outlives_a_stop_and_is_the_output_in_the_end()
    {
        await Assert.ThrowsAsync<OperationCanceledException>(() => RunAsync(new LeafJob("at first") { Stops = true }));
        Assert.False(Path.Exists(_yard["out"]));

        await RunAsync(new LeafJob("in the end"));

        Assert.Equal(["1.txt: at first", "2.txt: in the end"], Directory.GetFiles(_yard["out"]).Order(StringComparer.Ordinal).Select(file => $"{Path.GetFileName(file)}: {File.ReadAllText(file)}"));
    }

    [Fact]
    public async Task A_folder_that_is_not_declared_does_not_grow()
    {
        var e = await Assert.ThrowsAsync<InvalidOperationException>(() => RunAsync(new LeafJob("") { Output = "roots" }));

        Assert.Equal("Leaves/x writes roots, which it does not declare.", e.Message);
        Assert.Empty(Directory.GetDirectories(_yard[".slipway/checkpoints"], "roots", SearchOption.AllDirectories));
    }

    private Task RunAsync(LeafJob job) => _yard.RunAsync(new JobGraph([new StageNode("Leaves", null, [new JobNode("Leaves", "x", job, ["out/"])])]));

    /// <summary>Writes two files into a folder, each once, and one that looks as if it were half written.</summary>
    private sealed record LeafJob([property: NotInKey("A job that was stopped has the same key.")] string Text) : IJob
    {
        [NotInKey("It stops once.")]
        [JsonIgnore]
        public bool Stops { get; init; }

        [NotInKey("It is a mistake.")]
        public string Output { get; init; } = "leaves";

        public JobKind Kind => new("Leaves", 1);

        public IReadOnlyList<string> Environment => [];

        public IReadOnlyList<JobOutput> Outputs => [new("leaves", IsFolder: true)];

        public void Run(JobIo io)
        {
            var folder = io.Growing(Output);
            File.WriteAllText(folder.PathOf(".half.tmp"), Text);
            foreach (var name in new[] { "1.txt", "2.txt" }.Where(name => !folder.Has(name)))
            {
                if (Stops && name == "2.txt")
                    throw new OperationCanceledException();
                File.WriteAllText(folder.PathOf(name), Text);
            }

            folder.Finish();
        }
    }
}
