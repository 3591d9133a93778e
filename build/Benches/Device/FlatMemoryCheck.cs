using Slipway.Diffusion.Memory;
using Slipway.Training.Loop;
using Slipway.Training.Metrics;
using Slipway.Training.Options;
using static TorchSharp.torch;

namespace Slipway.Build.Benches.Device;

/// <summary>
/// A training with gradient checkpointing holds after each step what it held after the others: as many tensors, and as many bytes. The processor's bytes are what the C library has
/// given out, in the median of all stretches: what .NET and libtorch take at once now and then is in few of them, and a leak in each. A card's are what the driver says is
/// taken, by which libtorch's own store of memory grows, a few blocks of 20 MiB at most.
/// </summary>
/// <param name="device">What is checked.</param>
/// <param name="training">What is trained.</param>
internal sealed class FlatMemoryCheck(DeviceUnderTest device, ShortTraining training)
{
    /// <summary>Steps after which everything that is made once has been made.</summary>
    private const int Settled = 10;

    private const long OfCard = 64 << 20;
    private const long OfStretch = 4096;

    private string Limit => device.IsCard ? $"at most {OfCard >> 20} MiB" : $"at most {OfStretch} bytes a stretch";

    /// <summary>The check.</summary>
    /// <param name="steps">Steps.</param>
    /// <param name="stretch">Steps between two readings of the bytes.</param>
    public DeviceCheck Check(int steps, int stretch) => new($"memory of {steps} checkpointed steps", $"as many tensors after each; {Limit}", cancel =>
    {
        var readings = new Readings(device.IsCard, stretch);
        var options = ShortTraining.Options with { MaxTrainSteps = steps, GradientCheckpointing = Checkpointing.True };
        training.Run(device, device.Precision, options, new TrainingSinks { Metrics = [readings] }, cancel);
        var (least, most) = (readings.Tensors.Min(), readings.Tensors.Max());
        return new(least == most && !(readings.Growth > (device.IsCard ? OfCard : OfStretch)), FormattableString.Invariant($"{(least == most ? $"{least}" : $"{least} to {most}")} tensors; {Bytes(readings.Growth)}"))
        {
            Figures = new Dictionary<string, double>(StringComparer.Ordinal) { ["tensors_at_least"] = least, ["tensors_at_most"] = most, ["bytes"] = readings.Growth ?? double.NaN },
        };
    });

    private string Bytes(long? growth) => growth is not { } bytes ? "nobody tells the bytes" : device.IsCard ? $"{bytes >> 20} MiB more on the card" : FormattableString.Invariant($"{bytes} bytes more a stretch");

    private sealed class Readings(bool ofCard, int stretch) : IMetricsSink
    {
        private readonly List<long> _bytes = [];

        /// <summary>Living tensors after each step, once everything is made.</summary>
        public List<long> Tensors { get; } = [];

        /// <summary>By which the bytes have grown; null where nobody tells.</summary>
        public long? Growth => _bytes.Count < 2 ? null : ofCard ? _bytes[^1] - _bytes[0] : Median([.. _bytes.Skip(1).Zip(_bytes, (after, before) => after - before).Order()]);

        public void Write(StepMetrics metrics)
        {
            if (metrics.Step < Settled)
                return;
            if (metrics.Step == Settled)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
            }

            Tensors.Add(Tensor.TotalCount);
            if (metrics.Step % stretch == 0 && Taken() is { } bytes)
                _bytes.Add(bytes);
        }

        private long? Taken() => ofCard ? -DeviceMemory.Free(cuda: true) : NativeHeap.IsKnown ? NativeHeap.InUse() : null;

        private static long Median(IReadOnlyList<long> sorted) => sorted[sorted.Count / 2];
    }
}
