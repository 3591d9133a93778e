using Slipway.Diffusion.Model;
using Slipway.Diffusion.Modules;
using Slipway.Training.Loop;
using Slipway.Training.Options;
using static TorchSharp.torch;

namespace Slipway.Build.Benches.Device;

/// <summary>
/// Where memory is out there is one line that says so and what to do, and what is computed afterwards is what was computed before: of an allocation that cannot be, and of one in the
/// part of a backward pass that is computed again.
/// </summary>
/// <param name="device">What is checked.</param>
/// <param name="training">What is trained before and after.</param>
internal sealed class ShortageChecks(DeviceUnderTest device, ShortTraining training)
{
    private const string Advice = "Take less.";

    /// <summary>More than any machine has: an exbibyte. Of a card a tebibyte, for which it is really asked.</summary>
    private long Numbers => device.IsCard ? 1L << 38 : 1L << 58;

    /// <summary>The checks.</summary>
    public IEnumerable<DeviceCheck> All =>
    [
        Check("out of memory", AskTooMuch),
        Check("out of memory, recomputing", AskInBackward),
    ];

    private DeviceCheck Check(string name, Action ask) => new(name, "one line; the same bits afterwards", cancel =>
    {
        var before = Train(cancel);
        var said = Answer(ask);
        var isSurvived = Train(cancel).AsSpan().SequenceEqual(before);
        return new(isSurvived && !said.Contains('\n', StringComparison.Ordinal) && said.EndsWith(Advice, StringComparison.Ordinal), isSurvived ? said : $"{said} Afterwards a training gives other values.");
    });

    private static string Answer(Action ask)
    {
        try
        {
            MemoryShortage.Guard("checking", Advice, ask);
        }
        catch (MemoryShortageException exception)
        {
            return exception.Message;
        }

        throw new InvalidOperationException("Memory that no machine has was given.");
    }

    private float[] Train(CancellationToken cancel) =>
        training.Run(device, ScalarType.Float32, ShortTraining.Options with { MaxTrainSteps = 1, GradientCheckpointing = Checkpointing.True }, new TrainingSinks(), cancel);

    private void AskTooMuch() => zeros(Numbers, device: device.Torch).Dispose();

    private void AskInBackward()
    {
        using var scope = NewDisposeScope();
        var (checkpoint, calls) = (new GradientCheckpoint(), 0);
        var input = ones([4], device: device.Torch, requires_grad: true);
        checkpoint.Backward(checkpoint.Run(Part, input).sum());

        Tensor Part(IReadOnlyList<Tensor> inputs)
        {
            if (++calls > 1)
                AskTooMuch();
            return inputs[0].mul(2);
        }
    }
}
