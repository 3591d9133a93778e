using BenchmarkDotNet.Attributes;
using Slipway.Diffusion.Checkpoints;
using Slipway.Diffusion.Model;
using Slipway.Diffusion.Text;
using Slipway.Testing;
using static TorchSharp.torch;

namespace Slipway.Benchmarks;

/// <summary>Parts of the embedded model, on one thread as its profile has it.</summary>
public class EmbeddedModelBenchmarks
{
    private SdxlModel _model = null!;
    private Tensor _latents = null!;
    private Tensor _timesteps = null!;
    private Tensor _timeIds = null!;
    private Tensor _picture = null!;
    private Conditioning _conditioning = null!;

    /// <summary>Latents and pictures of a step: 1 while sampling, 4 while training.</summary>
    [Params(1, 4)]
    public int Batch { get; set; }

    /// <summary>Loads the model and makes its inputs.</summary>
    [GlobalSetup]
    public void Load()
    {
        set_num_threads(1);
        var size = 64;
        _model = SdxlCheckpoint.Load(Path.Combine(Repository.Root, "datasets", "tiny-sdxl"), CPU, ScalarType.Float32);
        _latents = randn(Batch, 4, 16, 16);
        _timesteps = full([Batch], 500, ScalarType.Int64);
        _timeIds = tensor(new float[] { size, size, 0, 0, size, size }).repeat(Batch, 1);
        _picture = rand(Batch, 3, size, size);
        _conditioning = new PromptEncoder(_model).Encode([.. Enumerable.Repeat("beach, ocean, sand, day", Batch)]);
    }

    /// <summary>Noise of a sampling step.</summary>
    [Benchmark]
    public void UNetForward()
    {
        using var noGrad = no_grad();
        Predict(_latents).Dispose();
    }

    /// <summary>The same with gradients down to the latents, the frozen weights' part of a training step.</summary>
    [Benchmark]
    public void UNetForwardAndBackward()
    {
        using var scope = NewDisposeScope();
        var input = _latents.clone().requires_grad_(true);
        Predict(input).pow(2).mean().backward();
    }

    /// <summary>A prompt through both encoders.</summary>
    [Benchmark]
    public void TextEncoders()
    {
        using var noGrad = no_grad();
        new PromptEncoder(_model).Encode([.. Enumerable.Repeat("beach, ocean, sand, day", Batch)]).Dispose();
    }

    /// <summary>Pictures to latents and back.</summary>
    [Benchmark]
    public void Autoencoder()
    {
        using var noGrad = no_grad();
        _model.Vae.call(_picture).Dispose();
    }

    private Tensor Predict(Tensor latents) => _model.UNet.call(latents, _timesteps, _conditioning.Context, _conditioning.Pooled, _timeIds);
}
