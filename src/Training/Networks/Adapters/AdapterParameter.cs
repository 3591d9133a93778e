using Slipway.Training.Optimizers;
using static TorchSharp.torch;

namespace Slipway.Training.Networks.Adapters;

/// <summary>
/// A trained tensor of an adapter. <see cref="FlatParameters"/> moves it into its buffer, so an adapter asks for
/// <see cref="Value"/> anew at each use and keeps no tensor of its own.
/// </summary>
public sealed class AdapterParameter : IDisposable
{
    /// <param name="name">As a file has it behind the module's name, such as <c>lora_down.weight</c>.</param>
    /// <param name="value">The initial value, float32; it stays the caller's.</param>
    /// <param name="isUp">See <see cref="IsUp"/>.</param>
    public AdapterParameter(string name, Tensor value, bool isUp = false)
    {
        ArgumentNullException.ThrowIfNull(value);
        (Name, IsUp) = (name, isUp);
        Value = Leaf(value);
    }

    /// <summary>As a file has it behind the module's name, such as <c>lora_down.weight</c>.</summary>
    public string Name { get; }

    /// <summary>Whether it is the output's side of its pair, which LoRA+ trains faster: <c>lora_up</c>, <c>hada_w1_a</c>, ….</summary>
    public bool IsUp { get; }

    /// <summary>The values, float32, in the shape that a file has: a leaf that takes a gradient.</summary>
    public Tensor Value { get; private set; }

    /// <summary>The values in the model's precision while a micro-batch is computed with them: a leaf that takes a gradient; null: they are rounded where they are used.</summary>
    internal Tensor? Lowered { get; set; }

    /// <summary>Where the gradients of <see cref="Value"/> are added up, in its shape; null: nowhere yet.</summary>
    internal Tensor? Gradient { get; set; }

    /// <summary>Where those of <see cref="Lowered"/> are.</summary>
    internal Tensor? LoweredGradient { get; set; }

    /// <inheritdoc/>
    public void Dispose() => Value.Dispose();

    /// <summary>Moves the value into <paramref name="view"/> of a larger buffer, in its shape.</summary>
    internal void Rebind(Tensor view)
    {
        using var inference = no_grad();
        using (Value)
            view.copy_(Value);
        Value = Leaf(view);
    }

    private static Tensor Leaf(Tensor value)
    {
        using var scope = NewDisposeScope();
        return value.detach().requires_grad_(true).DetachFromDisposeScope();
    }
}
