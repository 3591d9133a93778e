using System.Diagnostics;
using System.Globalization;
using Slipway.Build.Benches;
using Slipway.Diffusion.Text;
using Slipway.Diffusion.UNets;
using Slipway.Diffusion.Vae;

namespace Slipway.Build.Tests;

/// <summary>
/// A checkpoint of half a gibibyte in f16 becomes one of of weights in f32, in a process of its own: beside them its peak, .NET and libtorch
/// (0.16 GiB, most of it their code) and a picture of 64 pixels included, has less room than a second copy of the file would need.
/// Seen are 0.30 GiB.
/// </summary>
[Trait("Tier", "slow")]
public sealed class LoadingMemoryTests : IDisposable
{
    private const double MostBesideWeights = 0.5;
    private const double GiB = 1 << 30;

    private static readonly BenchSizes Sizes = new(
        new UNetConfiguration { BlockOutChannels = [320, 640], DownBlockTypes = ["DownBlock2D", "CrossAttnDownBlock2D"], LayersPerBlock = 1, TransformerLayersPerBlock = [1, 1], AttentionHeads = [5, 10] },
        new ClipTextConfiguration { NumHiddenLayers = 2 },
        ClipTextConfiguration.BigG with { NumHiddenLayers = 2 },
        new VaeConfiguration { LayersPerBlock = 1, BlockOutChannels = [64, 128, 128, 128] },
        Side: 64,
        ForwardFlop: 1);

    private readonly Host _host = new();

    public void Dispose() => _host.Dispose();

    [Fact]
    public async Task Needs_the_weights_and_half_a_gibibyte_at_most()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Reads a process's peak memory from /proc.");
        using (var checkpoint = new RandomCheckpoint(Sizes, seed: 1))
            checkpoint.Write(_host["random.safetensors"], TestContext.Current.CancellationToken);
        var weights = 2 * new FileInfo(_host["random.safetensors"]).Length / GiB;
        Assert.InRange(weights, 0.9, 1.2);

        using var process = _host.Start("--target=Sample", "--model=random.safetensors", "--prompt=x", "--steps=1", "--width=64", "--height=64");
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        _ = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var peak = await PeakAsync(process);

        Assert.True(process.ExitCode == 0, await error);
        Assert.InRange(peak - weights, 0, MostBesideWeights);
    }

    /// <summary>In GiB. The kernel keeps the peak, so that looking every now and then misses none but in the last moment.</summary>
    private static async Task<double> PeakAsync(Process process)
    {
        var status = $"/proc/{process.Id}/status";
        long peak = 0;
        while (!process.HasExited)
        {
            peak = Reading(status) ?? peak;
            await Task.Delay(10);
        }

        return peak * 1024 / GiB;
    }

    /// <summary>The peak so far in KiB; null of a process that is ending, whose memory or whole folder in /proc is gone before it has exited for us.</summary>
    private static long? Reading(string status)
    {
        try
        {
            return File.ReadLines(status).FirstOrDefault(text => text.StartsWith("VmHWM:", StringComparison.Ordinal)) is { } line
                ? long.Parse(line.Split(':', 'k')[1], CultureInfo.InvariantCulture)
                : null;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
