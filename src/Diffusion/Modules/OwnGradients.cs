using System.Runtime.ExceptionServices;
using static TorchSharp.torch;

namespace Slipway.Diffusion.Modules;

/// <summary>Nodes of the graph whose backward pass is computed here and not by libtorch, and the backward pass of a loss that goes through them.</summary>
internal sealed class OwnGradients
{
    private IReadOnlyList<Tensor?> _returned = [];
    private ExceptionDispatchInfo? _failure;

    /// <summary>The gradients of a node's inputs, null where none is asked for.</summary>
    /// <param name="kept">The inputs, or none where the node keeps none.</param>
    /// <param name="gradient">Of the node's result.</param>
    public delegate IReadOnlyList<Tensor?> Pass(IReadOnlyList<Tensor> kept, Tensor gradient);

    /// <summary>Values with a node of their own.</summary>
    /// <param name="values">What the node gives; taken over.</param>
    /// <param name="inputs">What it depends on.</param>
    /// <param name="keepsInputs">Whether the inputs are kept for the backward pass.</param>
    /// <param name="backward">The backward pass; its results are in no dispose scope and become the node's.</param>
    public Tensor Apply(Tensor values, IReadOnlyList<Tensor> inputs, bool keepsInputs, Pass backward)
    {
        using var scope = NewDisposeScope();

        bool[] asking = [.. inputs.Select(input => input.requires_grad)];
        // A node of the graph needs an input that asks for a gradient, even where only parameters inside a part do.
        using var anchor = asking.Contains(true) ? null : empty(1, requires_grad: true);
        var call = new Call(this, backward, values, keepsInputs, [.. inputs.Select(input => input.shape)], asking);
        using (values)
            return Node.apply([call, .. inputs, .. anchor is null ? [] : new[] { anchor }]).MoveToOuterDisposeScope();
    }

    /// <summary>The backward pass of a loss. What fails within a node of these is thrown from here.</summary>
    /// <param name="loss">One number.</param>
    public void Backward(Tensor loss)
    {
        _failure = null;
        loss.backward();
        _failure?.Throw();
    }

    /// <summary>
    /// The gradients or, once a node has failed, something of the right shape: libtorch calls this from its own C++ code, which no exception of .NET may cross
    /// without ending the process, and TorchSharp ends it where a gradient is missing. On a card the call comes from a thread of libtorch's, which no dispose scope
    /// surrounds, so that what it hands over is disposed of here.
    /// </summary>
    private IReadOnlyList<Tensor?> TryBackward(Call call, IReadOnlyList<Tensor> kept, Tensor gradient)
    {
        Release();
        using (gradient)
        {
            IReadOnlyList<Tensor?>? found = null;
            try
            {
                if (_failure is null)
                    found = call.Backward(kept, gradient);
            }
            catch (Exception exception)
            {
                _failure = ExceptionDispatchInfo.Capture(exception);
            }

            // A backward pass within this one has handed something over meanwhile.
            Release();
            if (_failure is null)
                return _returned = found!;
            foreach (var tensor in found ?? [])
                tensor?.Dispose();
            return _returned = [.. call.Shapes.Select((shape, i) => call.NeedsGradient[i] ? Placeholder(gradient, shape) : null)];
        }
    }

    private void Release()
    {
        foreach (var tensor in _returned)
            tensor?.Dispose();
        _returned = [];
    }

    /// <summary>Of the input's shape, without memory of its own: memory may be what has failed. Its numbers mean nothing.</summary>
    private static Tensor Placeholder(Tensor gradient, long[] shape)
    {
        using var scope = NewDisposeScope();
        var first = Enumerable.Range(0, (int)gradient.dim()).Aggregate(gradient, (part, _) => part.select(0, 0));
        return first.detach().expand(shape).DetachFromDisposeScope();
    }

    private sealed record Call(OwnGradients Owner, Pass Backward, Tensor Values, bool KeepsInputs, IReadOnlyList<long[]> Shapes, IReadOnlyList<bool> NeedsGradient);

    private sealed class Node : autograd.SingleTensorFunction<Node>
    {
        private const string CallKey = "call";

        public override string Name => nameof(OwnGradients);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            var call = (Call)vars[0];
            ctx.save_data(CallKey, call);
            if (call.KeepsInputs)
                ctx.save_for_backward([.. vars.Skip(1).Take(call.Shapes.Count).Cast<Tensor>()]);
            return call.Values;
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            using var scope = NewDisposeScope();
            var call = (Call)ctx.get_data(CallKey);
            var found = call.Owner.TryBackward(call, call.KeepsInputs ? ctx.get_saved_variables() : [], grad_output);
            return [null!, .. found.Select(gradient => gradient!), .. call.NeedsGradient.Contains(true) ? [] : new Tensor[] { null! }];
        }
    }
}
