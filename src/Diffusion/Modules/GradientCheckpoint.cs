using static TorchSharp.torch;

namespace Slipway.Diffusion.Modules;

/// <summary>
/// Gradient checkpointing (Chen et al. 2016, "Training deep nets with sublinear memory cost"): of a part of a network
/// only the inputs are kept for the backward pass, which computes everything in between again. Costs one more forward
/// pass of the part; saves all of its inner results.
/// </summary>
/// <remarks>
/// Parameters inside the part, such as hooked LoRA branches, are no inputs of it. Their gradients are added to where
/// they are used: the backward pass of the part is a backward pass of its own, down to the inputs and every leaf on the
/// way. The part runs twice and must give the same both times: it draws no random numbers.
/// </remarks>
public sealed class GradientCheckpoint
{
    private readonly HashSet<object> _needing = new(ReferenceEqualityComparer.Instance);

    /// <summary>
    /// Whether inner results are kept after all. What is the same either way is how gradients of an input that a part uses several times are added up:
    /// within the part first. Sums in another order would have other last bits.
    /// </summary>
    public bool KeepsAll { get; init; }

    /// <summary>Makes the nodes.</summary>
    internal OwnGradients Gradients { get; init; } = new();

    /// <summary>Whether a part is being computed again, so that only its graph counts, and nobody reads what it gives.</summary>
    internal bool IsComputingAgain { get; private set; }

    /// <summary>Runs <paramref name="part"/>; an ordinary call where gradients are off or nothing inside needs one.</summary>
    /// <param name="part">What is computed again. Its result must be a new tensor, and becomes the caller's.</param>
    /// <param name="inputs">Every tensor that it is given and that may need a gradient.</param>
    public Tensor Run(Func<IReadOnlyList<Tensor>, Tensor> part, params IReadOnlyList<Tensor> inputs) => Run(null, part, inputs);

    /// <summary>As the other; once a part has needed gradients, it is known to by its owner, and no graph is made of it that would be thrown away.</summary>
    /// <param name="owner">Whose part it is; null: nobody knows.</param>
    /// <param name="part">What is computed again. Its result must be a new tensor, and becomes the caller's.</param>
    /// <param name="inputs">Every tensor that it is given and that may need a gradient.</param>
    public Tensor Run(object? owner, Func<IReadOnlyList<Tensor>, Tensor> part, params IReadOnlyList<Tensor> inputs)
    {
        ArgumentNullException.ThrowIfNull(part);
        ArgumentNullException.ThrowIfNull(inputs);
        return Run(owner, part, given => [part(given)], inputs);
    }

    /// <summary>As the other, of a part that ends in a sum: that is not computed again, since the gradient of either addend is the sum's.</summary>
    /// <param name="owner">Whose part it is.</param>
    /// <param name="part">Gives the addends, of which one may be an input.</param>
    /// <param name="inputs">Every tensor that it is given and that may need a gradient.</param>
    internal Tensor RunSum(object owner, Func<IReadOnlyList<Tensor>, (Tensor, Tensor)> part, params IReadOnlyList<Tensor> inputs)
    {
        return Run(owner, Sum, given => part(given) is var (first, second) ? [first, second] : [], inputs);

        Tensor Sum(IReadOnlyList<Tensor> given)
        {
            using var scope = NewDisposeScope();
            var (first, second) = part(given);
            return (first + second).MoveToOuterDisposeScope();
        }
    }

    private Tensor Run(object? owner, Func<IReadOnlyList<Tensor>, Tensor> part, Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> addends, IReadOnlyList<Tensor> inputs)
    {
        if (KeepsAll)
            return RunOnce(part, inputs);
        var (values, needsGradient) = Values(owner, part, inputs);
        if (!needsGradient)
            return values;
        bool[] asking = [.. inputs.Select(input => input.requires_grad)];
        return Gradients.Apply(values, inputs, keepsInputs: true, (kept, gradient) => Backward(addends, asking, kept, gradient));
    }

    /// <summary>
    /// The backward pass of a loss whose graph holds parts of this checkpoint. What fails while a part is computed again (on a card, usually that memory is out)
    /// is thrown from here.
    /// </summary>
    /// <param name="loss">One number.</param>
    public void Backward(Tensor loss)
    {
        ArgumentNullException.ThrowIfNull(loss);
        Gradients.Backward(loss);
    }

    // Each input gets a node of its own in the graph, where the gradients of its uses within the part meet.
    private Tensor RunOnce(Func<IReadOnlyList<Tensor>, Tensor> part, IReadOnlyList<Tensor> inputs)
    {
        using var scope = NewDisposeScope();
        return part([.. inputs.Select(input => input.requires_grad && is_grad_enabled() ? Entered(input) : input)]).MoveToOuterDisposeScope();
    }

    // As a leaf of the graph gets it, its gradient is laid out in memory as the input is: sums and products go by that.
    private Tensor Entered(Tensor input)
    {
        var (shape, strides) = (input.shape, input.stride());
        return Gradients.Apply(input.detach(), [input], keepsInputs: false, (_, gradient) =>
        {
            using var scope = NewDisposeScope();
            var found = gradient.stride().AsSpan().SequenceEqual(strides) ? gradient.alias() : empty_strided(shape, strides, gradient.dtype, gradient.device).copy_(gradient);
            return [found.DetachFromDisposeScope()];
        });
    }

    private (Tensor Values, bool NeedsGradient) Values(object? owner, Func<IReadOnlyList<Tensor>, Tensor> part, IReadOnlyList<Tensor> inputs)
    {
        if (owner is not null && _needing.Contains(owner) && is_grad_enabled())
        {
            using var noGradient = no_grad();
            return (part(inputs), true);
        }

        var output = part(inputs);
        if (!output.requires_grad)
            return (output, false);
        if (owner is not null)
            _needing.Add(owner);
        using (output) // With it goes the graph, and with that all inner results.
            return (output.detach(), true);
    }

    private IReadOnlyList<Tensor?> Backward(Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> part, IReadOnlyList<bool> asking, IReadOnlyList<Tensor> kept, Tensor gradient)
    {
        using var scope = NewDisposeScope();
        using var gradients = enable_grad();
        var inputs = kept.Select((tensor, i) => tensor.detach().requires_grad_(asking[i])).ToList();
        var addends = Again(part, inputs).Where(addend => addend.requires_grad).ToList();
        if (addends.Count > 0)
            autograd.backward(addends, [.. addends.Select(_ => gradient)]);
        return [.. inputs.Select(input => input.requires_grad ? input.grad?.DetachFromDisposeScope() : null)];
    }

    private IReadOnlyList<Tensor> Again(Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> part, IReadOnlyList<Tensor> inputs)
    {
        IsComputingAgain = true;
        try
        {
            return part(inputs);
        }
        finally
        {
            IsComputingAgain = false;
        }
    }
}
