using Slipway.Training.Loop;

namespace Slipway.Build.Benches.Device;

/// <summary>The same training twice, with a model loaded anew: not one bit may differ.</summary>
/// <param name="device">What is checked.</param>
/// <param name="training">What is trained.</param>
internal sealed class RepetitionCheck(DeviceUnderTest device, ShortTraining training)
{
    /// <summary>The check.</summary>
    /// <param name="steps">Steps of each.</param>
    public DeviceCheck Check(int steps) => new($"{steps} steps, twice", "the same bits", cancel =>
    {
        var (first, second) = (Train(steps, cancel), Train(steps, cancel));
        var differing = first.Zip(second).Count(pair => BitConverter.SingleToUInt32Bits(pair.First) != BitConverter.SingleToUInt32Bits(pair.Second));
        return new(differing == 0, differing == 0 ? FormattableString.Invariant($"{first.Length} values, each the same") : FormattableString.Invariant($"{differing} of {first.Length} values differ"))
        {
            Figures = new Dictionary<string, double>(StringComparer.Ordinal) { ["values"] = first.Length, ["differing"] = differing },
        };
    });

    private float[] Train(int steps, CancellationToken cancel) => training.Run(device, device.Precision, ShortTraining.Options with { MaxTrainSteps = steps }, new TrainingSinks(), cancel);
}
