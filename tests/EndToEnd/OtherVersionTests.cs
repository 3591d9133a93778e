using System.Text;
using Slipway.Pipeline.Jobs;

namespace Slipway.EndToEnd.Tests;

/// <summary>Slipway's version is in the key where it gets into the bytes, and nowhere else.</summary>
public sealed class OtherVersionTests(FinishedWorkspace finished) : IDisposable
{
    private const string Other = "9.9.9";
    private readonly Workspace _workspace = finished.Copy();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task What_holds_the_version_is_made_again_with_what_reads_that_and_nothing_else()
    {
        var holding = Holding(Facts.SlipwayVersion);
        Assert.Equal(
            [
                "backgrounds/000.png", "backgrounds/001.png", "backgrounds/002.png",
                "lora/sail_kun_v01.png", "lora/sail_kun_v01.safetensors", "lora/sail_kun_v02.png", "lora/sail_kun_v02.safetensors", "lora/sail_kun_v03.png", "lora/sail_kun_v03.safetensors",
                "samples/base/beach_11.png", "samples/v01/beach_11.png", "samples/v02/beach_11.png", "samples/v03/beach_11.png",
            ],
            holding);

        var facts = Facts.Read().With(EnvironmentGroups.Slipway, [KeyValuePair.Create("slipway", Other)]);
        using var sink = new RecordingSink();
        using var pipeline = SlipwayPipeline.Open(_workspace["lora.pipeline.yaml"], new PipelineOptions { Facts = facts }, sink);
        var summaries = await pipeline.RunAsync([PipelineStage.Evaluation], null, sink.Cancellation);

        Assert.Equal(holding, Holding(Other));
        Assert.Empty(Holding(Facts.SlipwayVersion));
        // Composites and figures are made of pictures whose bytes are others now, and come out as they were.
        Assert.Equal(
            ["Backgrounds ", "Composites ", "Evaluate ", "Report ", "Samples base", "Samples v01", "Samples v02", "Samples v03", "Train v01", "Train v02", "Train v03"],
            summaries.Where(line => line.Run > 0).Select(line => $"{line.Stage} {line.Version}").Order(StringComparer.Ordinal));
        Assert.Empty(sink.Warnings);
    }

    private string[] Holding(string version) =>
    [
        .. _workspace.Outputs().Keys.Where(path => !path.Contains("report", StringComparison.Ordinal)) // it shows what these say
            .Where(path => File.ReadAllBytes(_workspace[path]).AsSpan().IndexOf(Encoding.ASCII.GetBytes(version)) >= 0)
            .Select(path => Path.GetRelativePath("artifacts", path).Replace('\\', '/')),
    ];
}
