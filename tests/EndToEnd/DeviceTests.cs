namespace Slipway.EndToEnd.Tests;

/// <summary>Plans for a card, where there is none: only what runs needs its device.</summary>
public sealed class DeviceTests : IDisposable
{
    private const string PlanFile = "lora.pipeline.yaml";
    private readonly Workspace _workspace = Workspace.New();
    private readonly RecordingSink _sink = new();

    public void Dispose() => _workspace.Dispose();

    [Theory]
    [InlineData("cuda")]
    [InlineData("cuda:1")]
    public async Task What_would_run_on_a_card_is_told_without_one(string device)
    {
        Assert.SkipWhen(TorchSharp.torch.cuda_is_available(), "There is a card.");
        using var pipeline = Open(device);
        Assert.Contains((await pipeline.StatusAsync(TestContext.Current.CancellationToken)).Stages, stage => stage.Found is { Stage: "Train v01", Run: 1 });
        Assert.NotEmpty(pipeline.Preflight(null).Lines);
        Assert.Contains(_sink.Warnings, warning => warning.StartsWith("This machine has no NVIDIA card", StringComparison.Ordinal));
        pipeline.CollectGarbage(new());
        pipeline.Clean();
    }

    [Fact]
    public void Jobs_on_a_card_have_its_facts_in_their_keys_and_not_its_number()
    {
        var (first, second) = (Train("cuda"), Train("cuda:3"));
        Assert.Contains("cuda", first.Environment);
        Assert.Equal("cuda", ((Slipway.Pipeline.Jobs.TrainJob)second).Model.Device);
        Assert.DoesNotContain("cuda", Train("cpu").Environment);
    }

    private Slipway.Engine.Jobs.IJob Train(string device)
    {
        using var pipeline = Open(device);
        return pipeline.Graph.Stage("Train v01")!.Jobs[0].Job;
    }

    private SlipwayPipeline Open(string device) => SlipwayPipeline.Open(_workspace[PlanFile], new PipelineOptions { Device = device }, _sink);
}
