using BenchmarkDotNet.Attributes;
using Slipway.Diffusion.Modules;
using Slipway.Diffusion.UNets;
using TorchSharp;
using static TorchSharp.torch;

namespace Slipway.Benchmarks;

/// <summary>
/// The two kinds of block that SDXL's UNet spends its time in, at their real size in a picture of 1024 × 1024: a
/// transformer block of the lowest level (1,280 channels, 32 × 32 latents) and a residual block of the highest (320
/// channels, 128 × 128). All threads.
/// </summary>
public class SdxlBlockBenchmarks : IDisposable
{
    private TransformerBlock _transformer = null!;
    private ResnetBlock _resnet = null!;
    private Tensor _sequence = null!;
    private Tensor _context = null!;
    private Tensor _map = null!;
    private Tensor _time = null!;

    /// <summary>Element type of weights and inputs.</summary>
    [Params(ScalarType.Float32, ScalarType.BFloat16)]
    public ScalarType Type { get; set; }

    /// <summary>Memory layout of the residual block's maps and kernels.</summary>
    [Params(false, true)]
    public bool ChannelsLast { get; set; }

    /// <summary>Makes blocks and inputs.</summary>
    [GlobalSetup]
    public void Make()
    {
        set_num_threads(Environment.ProcessorCount); // other benchmarks of this process may have set fewer
        _transformer = new TransformerBlock(1280, 2048, 20);
        _resnet = new ResnetBlock(320, 320, 1280, 32, 1e-5);
        foreach (var block in (nn.Module[])[_transformer, _resnet])
        {
            WeightSlots.Initialise(block);
            Gradients.Require(block, false);
            block.to(Type);
        }

        _sequence = randn(1, 1024, 1280).to(Type);
        _context = randn(1, 77, 2048).to(Type);
        _map = Laid(randn(1, 320, 128, 128).to(Type));
        _time = randn(1, 1280).to(Type);
        foreach (var (_, parameter) in _resnet.named_parameters().Where(entry => entry.parameter.dim() == 4))
            parameter.set_(Laid(parameter.detach()));
    }

    /// <summary>Attention and feed-forward, no gradients.</summary>
    [Benchmark]
    public void TransformerForward()
    {
        using var noGrad = no_grad();
        _transformer.call(_sequence, _context).Dispose();
    }

    /// <summary>Two convolutions and their normalisations, no gradients.</summary>
    [Benchmark]
    public void ResnetForward()
    {
        using var noGrad = no_grad();
        _resnet.call(_map, _time).Dispose();
    }

    /// <summary>Frees the blocks.</summary>
    [GlobalCleanup]
    public void Dispose()
    {
        _transformer.Dispose();
        _resnet.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>The same shape; with channels last, a pixel's channels lie side by side in memory.</summary>
    private Tensor Laid(Tensor tensor) => ChannelsLast ? tensor.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2) : tensor;
}
