using System.Text.RegularExpressions;
using Slipway.Build.Benches;
using Slipway.Diffusion.Text;
using Slipway.Diffusion.UNets;
using Slipway.Diffusion.Vae;

namespace Slipway.Build.Tests.Benches;

/// <summary>The phases, with a model of a few hundred kilobytes; nothing is said of the figures.</summary>
public sealed partial class FullSizeBenchTests
{
    private static readonly ClipTextConfiguration Text = new() { VocabSize = 514, HiddenSize = 64, IntermediateSize = 64, NumHiddenLayers = 2, NumAttentionHeads = 1 };

    // Heads of 64 and 256-dimensional size embeddings, as SDXL has them: the file's shapes do not tell.
    internal static readonly BenchSizes Small = new(
        new UNetConfiguration { BlockOutChannels = [32, 64], DownBlockTypes = ["DownBlock2D", "CrossAttnDownBlock2D"], LayersPerBlock = 1, TransformerLayersPerBlock = [1, 1], AttentionHeads = [1, 1], CrossAttentionDim = 128, ProjectionClassEmbeddingsInputDim = 64 + (6 * 256) },
        Text,
        Text with { HiddenAct = "gelu", WithProjection = true, ProjectionDim = 64 },
        new VaeConfiguration { BlockOutChannels = [32, 32], LayersPerBlock = 1 },
        Side: 16,
        ForwardFlop: 1e9);

    [Fact]
    [Trait("Tier", "slow")]
    public async Task Says_seconds_and_memory_of_each_phase_and_leaves_nothing_behind()
    {
        var lines = new List<string>();
        await new FullSizeBench(Small, lines.Add, Repository.Root).RunAsync(TestContext.Current.CancellationToken);
        Assert.Equal(
            ["checkpoint written, f16", "all kinds of jobs, in one process", "checkpoint loaded, bf16", "text encoders, one prompt", "denoising step, guided (2 forwards)", "training step (3 forwards' work)", "autoencoder's decode, whole", "autoencoder's decode, tiled"],
            lines.Select(line => Phase().Match(line).Groups["name"].Value.TrimEnd()));
        Assert.Equal(2, lines.Count(line => line.EndsWith("GFLOP/s", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Stopped_while_it_writes_it_removes_the_file()
    {
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        var before = Folders();
        await Assert.ThrowsAsync<OperationCanceledException>(() => new FullSizeBench(Small, _ => { }, Repository.Root).RunAsync(stop.Token));
        Assert.Empty(Folders().Except(before));
    }

    private static string[] Folders() => Directory.GetDirectories(Path.GetTempPath(), "slipway-full-size-*");

    [GeneratedRegex(@"^(?<name>.+?) +[0-9.]+ s, peak [0-9.]+ GiB", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Phase();
}
