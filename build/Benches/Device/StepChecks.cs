using Slipway.Training.Loop;
using Slipway.Training.Options;
using static TorchSharp.torch;

namespace Slipway.Build.Benches.Device;

/// <summary>
/// A training step in each precision against the processor's in f32: the loss, and the gradient, which a step of gradient descent at a rate of 1 leaves in the values.
/// The processor's own bf16 is seen 0.4 % and 1.5 % away, its f16 0.01 % and 0.12 %: two to five times that is allowed. What a card's f32 is allowed is for another order of sums.
/// </summary>
/// <param name="device">What is checked.</param>
/// <param name="training">What is trained.</param>
internal sealed class StepChecks(DeviceUnderTest device, ShortTraining training)
{
    private static readonly TrainingOptions Descent = ShortTraining.Options with { MaxTrainSteps = 1, LearningRate = 1, MaxGradNorm = 0, Optimizer = new() { OptimizerType = OptimizerNames.Sgd } };

    private readonly Lazy<(double Loss, float[] Values, float[] Initial)> _expected = new(() =>
    {
        var (loss, values) = Take(new DeviceUnderTest("cpu"), training, ScalarType.Float32, CancellationToken.None);
        return (loss, values, training.Initial());
    });

    /// <summary>A check for each precision.</summary>
    public IEnumerable<DeviceCheck> All =>
    [
        Check("f32", ScalarType.Float32, device.IsCard ? (1e-4, 1e-3) : (0, 0)),
        Check("bf16", ScalarType.BFloat16, (0.01, 0.03)),
        Check("f16, scaled", ScalarType.Float16, (5e-4, 5e-3)),
    ];

    private DeviceCheck Check(string name, ScalarType precision, (double Loss, double Gradient) allowed) => new($"training step, {name}", FormattableString.Invariant($"loss within {allowed.Loss:G2}, gradient within {allowed.Gradient:G2}"), cancel =>
    {
        using var exact = new ExactSums(device);
        var (loss, values) = Take(device, training, precision, cancel);
        var expected = _expected.Value;
        var (ofLoss, ofGradient) = (Math.Abs((loss / expected.Loss) - 1), ShortTraining.Distance(values, expected.Values, expected.Initial));
        return new(ofLoss <= allowed.Loss && ofGradient <= allowed.Gradient, FormattableString.Invariant($"loss {ofLoss:G2}, gradient {ofGradient:G2} away from the processor's in f32"))
        {
            Figures = new Dictionary<string, double>(StringComparer.Ordinal) { ["loss"] = ofLoss, ["gradient"] = ofGradient },
        };
    });

    private static (double Loss, float[] Values) Take(DeviceUnderTest device, ShortTraining training, ScalarType precision, CancellationToken cancel)
    {
        var last = new LastStep();
        var values = training.Run(device, precision, Descent, new TrainingSinks { Metrics = [last] }, cancel);
        return double.IsNaN(last.Figures.GradNorm)
            ? throw new InvalidOperationException(FormattableString.Invariant($"The gradients overflowed at a loss scale of {last.Figures.LossScale}; expected numbers."))
            : (last.Figures.Loss, values);
    }
}
