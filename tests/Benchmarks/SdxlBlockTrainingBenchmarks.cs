using BenchmarkDotNet.Attributes;
using Slipway.Diffusion.Modules;
using Slipway.Diffusion.UNets;
using Slipway.Training.Networks;
using Slipway.Training.Networks.Adapters;
using Slipway.Training.Options;
using TorchSharp;
using static TorchSharp.torch;

namespace Slipway.Benchmarks;

/// <summary>
/// What a training step does in a transformer block of SDXL's lowest level, where most of its time goes, at the size of a picture of
/// 1024 × 1024: forward and backward through frozen weights, with a LoRA of rank 16 in f32 beside each linear layer, or none. All threads.
/// </summary>
public class SdxlBlockTrainingBenchmarks : IDisposable
{
    private TransformerBlock _transformer = null!;
    private Adapter[] _loras = null!;
    private Tensor _sequence = null!;
    private Tensor _context = null!;

    /// <summary>Element type of weights and inputs.</summary>
    [Params(ScalarType.Float32, ScalarType.BFloat16)]
    public ScalarType Type { get; set; }

    /// <summary>Whether there are LoRA branches; without them, the gradient goes to the input alone.</summary>
    [Params(false, true)]
    public bool Lora { get; set; }

    /// <summary>Makes block, branches and inputs.</summary>
    [GlobalSetup]
    public void Make()
    {
        set_num_threads(Environment.ProcessorCount); // other benchmarks of this process may have set fewer
        _transformer = new TransformerBlock(1280, 2048, 20);
        WeightSlots.Initialise(_transformer);
        Gradients.Require(_transformer, false);
        _transformer.to(Type);
        using var generator = new Generator(1);
        _loras = Lora ? [.. _transformer.named_modules().Where(part => part.module is LinearLayer).Select(part => Branch(part.name, (WeightedLayer)part.module, generator))] : [];
        _sequence = randn(1, 1024, 1280).to(Type).requires_grad_();
        _context = randn(1, 77, 2048).to(Type);
    }

    /// <summary>Forward and backward; gradients are added up.</summary>
    [Benchmark]
    public void ForwardAndBackward()
    {
        using var scope = NewDisposeScope();
        _transformer.call(_sequence, _context).sum().backward();
    }

    /// <summary>Frees what was made.</summary>
    [GlobalCleanup]
    public void Dispose()
    {
        foreach (var lora in _loras)
            lora.Dispose();
        _transformer.Dispose();
        _sequence.Dispose();
        _context.Dispose();
        GC.SuppressFinalize(this);
    }

    private static Adapter Branch(string name, WeightedLayer layer, Generator generator)
    {
        var branch = new Adapter(new LoraTarget("lora_unet_" + name, "unet." + name, layer, LoraGroup.UNet, IsReached: true), 16, 16, generator);
        branch.Attach();
        return branch;
    }
}
