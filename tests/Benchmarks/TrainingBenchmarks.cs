using BenchmarkDotNet.Attributes;
using Slipway.Diffusion.Checkpoints;
using Slipway.Diffusion.Model;
using Slipway.Testing;
using Slipway.Training.Data;
using Slipway.Training.Loop;
using Slipway.Training.Options;
using static TorchSharp.torch;

namespace Slipway.Benchmarks;

/// <summary>Training steps of the embedded model as its plan has them: rank 16 with convolutions, batches of four, text encoders too.</summary>
public class TrainingBenchmarks
{
    private const int Steps = 20;

    private SdxlModel _model = null!;
    private TrainingImage[] _images = null!;

    /// <summary>The optimizer's name; what it costs beside forward and backward.</summary>
    [Params("AdamW", "Prodigy", "Adafactor")]
    public string Optimizer { get; set; } = "";

    /// <summary>Loads the model and makes pictures.</summary>
    [GlobalSetup]
    public void Load()
    {
        set_num_threads(1);
        _model = SdxlCheckpoint.Load(Path.Combine(Repository.Root, "datasets", "tiny-sdxl"), CPU, ScalarType.Float32);
        _images = [.. Enumerable.Range(0, 4).Select(i => new TrainingImage($"1_x/{i}.png", [.. Enumerable.Repeat((byte)(60 * i), 64 * 64 * 3)], 64, 64, $"sail_kun, beach, {i}", 1))];
    }

    /// <summary>A step; a twentieth of a training of twenty, with its four latents encoded.</summary>
    [Benchmark(OperationsPerInvoke = Steps)]
    public void Step() => Trainer.Run(_model, Options(), _images, new TrainingSinks()).Dispose();

    private TrainingOptions Options() => new()
    {
        Network = new() { NetworkDim = 16, NetworkAlpha = 16, ConvDim = 16, ConvAlpha = 16 },
        Optimizer = new() { OptimizerType = Optimizer },
        LearningRate = Optimizer == OptimizerNames.Prodigy ? 1 : 1e-3,
        TrainBatchSize = 4,
        MaxTrainSteps = Steps,
        Weighting = new() { MinSnrGamma = 5 },
        Noise = new() { NoiseOffset = 0.2 },
    };
}
