using System.Diagnostics;
using Slipway.Diffusion.Memory;
using Slipway.Diffusion.Model;
using Slipway.Diffusion.Sampling;
using Slipway.Training.Data;
using Slipway.Training.Loop;
using Slipway.Training.Options;
using static TorchSharp.torch;

namespace Slipway.Build.Benches.Device;

/// <summary>
/// SDXL at its own size with random weights in bf16 (the autoencoder in f32): a training step, a picture, a decode. Memory is what the driver says has been taken since the model was
/// loaded, and what libtorch has kept of it counts. Operations are counted as <see cref="FullSizeBench"/> counts them.
/// </summary>
/// <param name="device">What is checked.</param>
/// <param name="sizes">Of the model; null: SDXL's.</param>
internal sealed class FullSizeChecks(DeviceUnderTest device, BenchSizes? sizes = null) : IDisposable
{
    private const string Weights = "random.safetensors";
    private const int Seed = 1;
    private const int TrainingSteps = 6;
    private const int DrawingSteps = 20;
    private const double GiB = 1 << 30;
    private const double Needed = 11;

    private static readonly string[] Names = ["full size: loaded", "full size: training step", $"full size: {DrawingSteps} guided steps", "full size: decode"];

    private readonly BenchSizes _sizes = sizes ?? FullSizeBench.Sdxl;
    private SdxlModel? _model;
    private Tensor? _latents;
    private long? _free;

    /// <summary>The checks, in an order that has to be kept; on the processor they are left out.</summary>
    public IEnumerable<DeviceCheck> All => device.IsCard || sizes is not null
        ?
        [
            new(Names[0], DeviceCheck.Anything, Load),
            new(Names[1], "numbers", cancel => Train(cancel)),
            new(Names[2], "numbers", cancel => Draw(cancel)),
            new(Names[3], "numbers", _ => Decode()),
        ]
        : Names.Select(name => DeviceCheck.LeftOut(name, $"Left out on the processor: --scenario={FullSizeBench.Name} measures it there, in minutes."));

    private SdxlModel Model => _model ?? throw new NotMeasuredException("The model was not loaded.");

    /// <inheritdoc/>
    public void Dispose()
    {
        _latents?.Dispose();
        _model?.Dispose();
    }

    private Measurement Load(CancellationToken cancel)
    {
        _free = DeviceMemory.Free(device.IsCard);
        if (sizes is null && _free < Needed * GiB)
            throw new NotMeasuredException(FormattableString.Invariant($"It needs {Needed:F0} GiB, and {_free / GiB:F1} GiB are free."));
        var folder = Directory.CreateTempSubdirectory("slipway-device-").FullName;
        try
        {
            var path = Path.Combine(folder, Weights);
            using (var checkpoint = new RandomCheckpoint(_sizes, Seed))
                checkpoint.Write(path, cancel);
            var clock = Stopwatch.StartNew();
            _model = device.Load(path, ScalarType.BFloat16);
            return Measured(clock.Elapsed.TotalSeconds, null);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // The first step sets everything up; the middle of the others counts.
    private Measurement Train(CancellationToken cancel)
    {
        var (clock, taken, last) = (new Stopwatch(), new List<double>(), new LastStep());
        var options = new TrainingOptions { Network = new() { NetworkDim = 16, NetworkAlpha = 8, NetworkTrainUnetOnly = true }, MaxTrainSteps = TrainingSteps, GradientCheckpointing = Checkpointing.True };
        var image = new TrainingImage("1_x/a.png", new byte[_sizes.Side * _sizes.Side * 3], _sizes.Side, _sizes.Side, "a sailing boat", Repeats: 1);
        using (Trainer.Run(Model, options, [image], new TrainingSinks { Metrics = [last], Progress = _ => Lap() }, cancel))
            return Measured(Middle(taken), 3 * _sizes.ForwardFlop) with { Holds = last.Figures.GradNorm > 0 && double.IsFinite(last.Figures.Loss) };

        void Lap()
        {
            if (clock.IsRunning)
                taken.Add(clock.Elapsed.TotalSeconds);
            clock.Restart();
        }
    }

    // As the first decode, the first step brings back what was away, and sets everything up.
    private Measurement Draw(CancellationToken cancel)
    {
        Tensor Steps(int count) => new TextToImage(Model).GenerateLatents([new SamplingRequest("a sailing boat", "", Seed, _sizes.Side, _sizes.Side)], new SamplingOptions("Euler", count, Guidance: 5), cancel: cancel);
        using (var first = Steps(1))
            _ = AreNumbers(first);
        var clock = Stopwatch.StartNew();
        _latents = Steps(DrawingSteps);
        var isFinite = AreNumbers(_latents);
        return Measured(clock.Elapsed.TotalSeconds, 2 * DrawingSteps * _sizes.ForwardFlop) with { Holds = isFinite };
    }

    private Measurement Decode()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        Model.RequireVae();
        // Random weights draw latents of any size; the decoder's own is what matters here.
        var latents = _latents is null ? throw new NotMeasuredException("Nothing was drawn.") : _latents.to(ScalarType.Float32) / _latents.abs().max().to(ScalarType.Float32);
        _ = AreNumbers(Model.Vae.Decode(latents));
        var clock = Stopwatch.StartNew();
        var isFinite = AreNumbers(Model.Vae.Decode(latents));
        return Measured(clock.Elapsed.TotalSeconds, null) with { Holds = isFinite };
    }

    // Reading the answer waits for the device.
    private static bool AreNumbers(Tensor values)
    {
        using var scope = NewDisposeScope();
        return values.isfinite().all().cpu().item<bool>();
    }

    private Measurement Measured(double seconds, double? flop)
    {
        var figures = new Dictionary<string, double>(StringComparer.Ordinal) { ["seconds"] = seconds };
        if (_free - DeviceMemory.Free(device.IsCard) is { } bytes)
            figures["gib"] = bytes / GiB;
        if (flop is { } operations)
            figures["tflop_per_second"] = operations / seconds / 1e12;
        return new(Holds: true, string.Join(", ", figures.Select(figure => Text(figure.Key, figure.Value)))) { Figures = figures };
    }

    private static string Text(string name, double value) => name switch
    {
        "seconds" => FormattableString.Invariant($"{value:F3} s"),
        "gib" => FormattableString.Invariant($"{value:F1} GiB"),
        _ => FormattableString.Invariant($"{value:F1} TFLOP/s"),
    };

    private static double Middle(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
