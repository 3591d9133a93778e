using Slipway.Training.Loop;
using Slipway.Training.Options;
using static TorchSharp.torch;

namespace Slipway.Build.Benches.Device;

/// <summary>
/// A training that is stopped half-way goes on elsewhere from its checkpoint, and comes where it would have come on the processor alone. The processor goes on with the same bits.
/// Of a card a twentieth of the way is allowed: AdamW's first steps are as long where a gradient is next to nothing, whose sign its rounding decides.
/// </summary>
/// <param name="device">What is checked.</param>
/// <param name="training">What is trained.</param>
internal sealed class ResumeChecks(DeviceUnderTest device, ShortTraining training)
{
    private const double OfCards = 0.05;

    private static readonly DeviceUnderTest Processor = new("cpu");

    /// <summary>From the processor to the device, and back; of the processor itself, once.</summary>
    /// <param name="steps">Of the whole training.</param>
    public IEnumerable<DeviceCheck> All(int steps)
    {
        var expected = new Lazy<float[]>(() => training.Run(Processor, ScalarType.Float32, Options(steps), new TrainingSinks(), CancellationToken.None));
        return device.IsCard ? [Check(Processor, device), Check(device, Processor)] : [Check(Processor, Processor)];

        DeviceCheck Check(DeviceUnderTest first, DeviceUnderTest second)
        {
            var allowed = device.IsCard ? OfCards : 0;
            return new($"resumed, {first.Name} to {second.Name}", allowed == 0 ? "the same bits" : FormattableString.Invariant($"at most {allowed:G2} of the way"), cancel =>
                Measurement.AtMost("distance", ShortTraining.Distance(Resumed(first, second, steps, cancel), expected.Value, training.Initial()), allowed));
        }
    }

    private float[] Resumed(DeviceUnderTest first, DeviceUnderTest second, int steps, CancellationToken cancel)
    {
        var folder = Directory.CreateTempSubdirectory("slipway-device-").FullName;
        try
        {
            using var exact = new ExactSums(device);
            Stop(first, steps, folder, cancel);
            return training.Run(second, ScalarType.Float32, Options(steps), new TrainingSinks { CheckpointFolder = folder }, cancel);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private void Stop(DeviceUnderTest device, int steps, string folder, CancellationToken cancel)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        void StopHalfWay(TrainingProgress progress)
        {
            if (progress.Metrics.Step == steps / 2)
                stop.Cancel();
        }

        try
        {
            training.Run(device, ScalarType.Float32, Options(steps), new TrainingSinks { CheckpointFolder = folder, Progress = StopHalfWay }, stop.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested && Directory.GetFiles(folder).Length > 0)
        {
            // As it was asked to, and it left its checkpoint.
        }
    }

    private static TrainingOptions Options(int steps) => ShortTraining.Options with { MaxTrainSteps = steps };
}
