using System.Runtime.ExceptionServices;
using TorchSharp;
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
    private IReadOnlyList<Tensor?> _returned = [];
    private ExceptionDispatchInfo? _failure;

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
        var (values, needsGradient) = Values(owner, part, inputs);
        if (!needsGradient)
            return values;
        using var scope = NewDisposeScope();

        // A node of the graph needs an input that asks for a gradient, even where only parameters inside the part do.
        var anchor = zeros(1, requires_grad: true);
        using (values)
            return Node.apply([new Call(this, part, values, [.. inputs.Select(input => input.requires_grad)]), anchor, .. inputs]).MoveToOuterDisposeScope();
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

    /// <summary>
    /// The backward pass of a loss whose graph holds parts of this checkpoint. What fails while a part is computed again (on a card, usually that memory is out)
    /// is thrown from here.
    /// </summary>
    /// <param name="loss">One number.</param>
    public void Backward(Tensor loss)
    {
        ArgumentNullException.ThrowIfNull(loss);
        _failure = null;
        loss.backward();
        _failure?.Throw();
    }

    /// <summary>
    /// The same or, once a part has failed, something of the right shape: libtorch calls this from its own C++ code, which no exception of .NET may cross without
    /// ending the process, and TorchSharp ends it where a gradient is missing. On a card the call comes from a thread of libtorch's, which no dispose scope surrounds,
    /// so that what it hands over is disposed of here.
    /// </summary>
    private IReadOnlyList<Tensor?> TryBackward(Call call, List<Tensor> saved, Tensor outputGradient)
    {
        foreach (var tensor in _returned)
            tensor?.Dispose();
        using (outputGradient)
        {
            try
            {
                if (_failure is null)
                    return Backward(call, saved, outputGradient);
            }
            catch (Exception exception)
            {
                _failure = ExceptionDispatchInfo.Capture(exception);
            }

            return _returned = [.. saved.Select((input, i) => call.NeedsGradient[i] ? Placeholder(outputGradient, input) : null)];
        }
    }

    /// <summary>Of the input's shape, without memory of its own: memory may be what has failed. Its numbers mean nothing.</summary>
    private static Tensor Placeholder(Tensor gradient, Tensor input)
    {
        using var scope = NewDisposeScope();
        var first = Enumerable.Range(0, (int)gradient.dim()).Aggregate(gradient, (part, _) => part.select(0, 0));
        return first.detach().expand(input.shape).DetachFromDisposeScope();
    }

    /// <summary>The gradients of the inputs, null where none is asked for; valid until the next call.</summary>
    private IReadOnlyList<Tensor?> Backward(Call call, IEnumerable<Tensor> saved, Tensor outputGradient)
    {
        using var scope = NewDisposeScope();
        using var gradients = enable_grad();
        var inputs = saved.Select((tensor, i) => tensor.detach().requires_grad_(call.NeedsGradient[i])).ToList();
        var output = call.Part(inputs);
        if (output.requires_grad)
            output.backward([outputGradient]);
        return _returned = [.. inputs.Select(input => input.requires_grad ? input.grad?.DetachFromDisposeScope() : null)];
    }

    private sealed record Call(
        GradientCheckpoint Owner, Func<IReadOnlyList<Tensor>, Tensor> Part, Tensor Values, IReadOnlyList<bool> NeedsGradient);

    private sealed class Node : autograd.SingleTensorFunction<Node>
    {
        private const string CallKey = "call";

        public override string Name => nameof(GradientCheckpoint);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            var call = (Call)vars[0];
            ctx.save_data(CallKey, call);
            ctx.save_for_backward([.. vars.Skip(2).Cast<Tensor>()]);
            return call.Values;
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            using var scope = NewDisposeScope();
            var call = (Call)ctx.get_data(CallKey);
            return [null!, null!, .. call.Owner.TryBackward(call, ctx.get_saved_variables(), grad_output).Select(gradient => gradient!)];
        }
    }
}
