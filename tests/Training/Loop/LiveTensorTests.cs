using Slipway.Diffusion.Memory;
using Slipway.Diffusion.Model;
using Slipway.Diffusion.Sampling;
using Slipway.Testing;
using Slipway.Training.Loop;
using Slipway.Training.Metrics;
using Slipway.Training.Options;

namespace Slipway.Training.Tests.Loop;

/// <summary>
/// A thousand steps leave no tensor behind: what lives after the first few still lives at the end, and no more. In processes of their own,
/// as the C library's bytes are those of the whole process.
/// </summary>
[Trait("Tier", "slow")]
public sealed class LiveTensorTests : IDisposable
{
    private const int Steps = 1_000;

    /// <summary>Steps after which everything that is made once has been made.</summary>
    private const int Settled = 10;

    /// <summary>Steps between two readings of the C library's counter.</summary>
    private const int Stretch = 50;

    /// <summary>
    /// Bytes by which the C library's count may grow in a stretch, in the median of all stretches: 600 are seen. A leak grows in each of them;
    /// what .NET and libtorch take or give back at once now and then (10 MB are seen, at other steps on other machines) in a few.
    /// </summary>
    private const long Noise = 4096;

    private readonly SdxlModel _model = TinyModel.Create();

    public void Dispose() => _model.Dispose();

    [Fact]
    public async Task Training_keeps_the_number_of_live_tensors()
    {
        if (OwnProcess.IsThis)
            Train();
        else
            await OwnProcess.RunAsync(typeof(LiveTensorTests));
    }

    private void Train()
    {
        var counts = new Counts();
        var options = new TrainingOptions
        {
            Network = new() { NetworkDim = 2, NetworkAlpha = 2, ConvDim = 2, ConvAlpha = 2 },
            LearningRate = 1e-3,
            Weighting = new() { MinSnrGamma = 5 },
            Noise = new() { NoiseOffset = 0.05 },
            MaxTrainSteps = Steps,
        };
        using var network = Trainer.Run(_model, options, [TinyModel.Image("1_x/a.png", "sail_kun, beach")], new TrainingSinks { Metrics = [counts] }, TestContext.Current.CancellationToken);
        Assert.Equal(Steps, counts.All.Count);
        Assert.All(counts.All.Skip(Settled), count => Assert.Equal(counts.All[Settled], count));
        Assert.InRange(MedianGrowth(counts.Bytes), long.MinValue, Noise);
    }

    [Fact]
    public async Task Sampling_keeps_the_number_of_live_tensors()
    {
        if (OwnProcess.IsThis)
            Sample();
        else
            await OwnProcess.RunAsync(typeof(LiveTensorTests));
    }

    private void Sample()
    {
        var (counts, bytes) = (new List<long>(), new List<long>());
        new TextToImage(_model).Generate(
            [new SamplingRequest("sail_kun, beach", "city", 1, 16, 16)],
            new SamplingOptions("Euler a", Steps, 2),
            _ =>
            {
                counts.Add(Count(counts.Count));
                AddBytes(bytes, counts.Count);
            },
            TestContext.Current.CancellationToken);
        Assert.Equal(Steps, counts.Count);
        Assert.All(counts.Skip(Settled), count => Assert.Equal(counts[Settled], count));
        Assert.InRange(MedianGrowth(bytes), long.MinValue, Noise);
    }

    private sealed class Counts : IMetricsSink
    {
        public List<long> All { get; } = [];

        public List<long> Bytes { get; } = [];

        public void Write(StepMetrics metrics)
        {
            All.Add(Count(All.Count));
            AddBytes(Bytes, All.Count);
        }
    }

    /// <summary>What loading left to the garbage collector is gone before steps are compared; what a step leaves still counts.</summary>
    private static long Count(int step)
    {
        if (step == Settled)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        return Tensor.TotalCount;
    }

    /// <summary>Adds what the C library has given out, at the end of each stretch; nothing where it does not tell.</summary>
    private static void AddBytes(List<long> bytes, int steps)
    {
        if (steps % Stretch == 0 && NativeHeap.IsKnown)
            bytes.Add(NativeHeap.InUse());
    }

    private static long MedianGrowth(List<long> bytes)
    {
        var growth = bytes.Skip(1).Zip(bytes, (after, before) => after - before).Order().ToList();
        return growth.Count == 0 ? 0 : growth[growth.Count / 2];
    }
}
