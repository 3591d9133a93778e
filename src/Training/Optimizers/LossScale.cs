using Slipway.Training.State;
using static TorchSharp.torch;

namespace Slipway.Training.Optimizers;

/// <summary>
/// Dynamic loss scaling (Micikevicius et al. 2018, "Mixed precision training", section 3.2) by the rule and with the constants of
/// <c>torch.amp.GradScaler</c>: in f16 the gradients of a mean over many values lie below the smallest number that there is, so the loss is
/// multiplied before the backward pass, and the gradients are divided behind it. A step whose gradients overflow is left out, and the scale
/// halved; after 2,000 good steps in a row it is doubled. It is a power of two: scaling rounds nothing.
/// </summary>
internal sealed class LossScale : ICheckpointed
{
    /// <summary>The scale of the first step.</summary>
    public const double Initial = 65536;

    /// <summary>Good steps in a row after which the scale is doubled.</summary>
    public const int GrowthInterval = 2000;

    private int _good;

    /// <summary>What the loss is multiplied by.</summary>
    public double Value { get; private set; } = Initial;

    /// <summary>The loss as it goes into the backward pass.</summary>
    /// <param name="loss">A number in float32.</param>
    public Tensor Scale(Tensor loss) => loss.mul(Value);

    /// <summary>Takes the scale out of the gradients.</summary>
    public void Unscale(FlatParameters parameters)
    {
        using var inference = no_grad();
        parameters.Gradients.mul_(1 / Value);
    }

    /// <summary>Sets the scale of the next step.</summary>
    /// <param name="isGood">Whether all gradients of this one are numbers.</param>
    /// <returns>False: they would not be with a scale of 1 either.</returns>
    public bool Update(bool isGood)
    {
        if (!isGood)
        {
            (Value, _good) = (Value / 2, 0);
            return Value >= 1;
        }
        _good++;
        if (_good == GrowthInterval)
            (Value, _good) = (Value * 2, 0);
        return true;
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Tensor> State() => new Dictionary<string, Tensor>(StringComparer.Ordinal) { ["numbers"] = tensor(new[] { Value, _good }) };

    /// <inheritdoc/>
    public void Restore(IReadOnlyDictionary<string, Tensor> state)
    {
        var numbers = state.Numbers("numbers");
        (Value, _good) = (numbers[0], (int)numbers[1]);
    }
}
