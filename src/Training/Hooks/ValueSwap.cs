using static TorchSharp.torch;

namespace Slipway.Training.Hooks;

/// <summary>Puts other values into a tensor until this is disposed.</summary>
internal sealed class ValueSwap : IDisposable
{
    private readonly Tensor _target;
    private readonly Tensor? _before;

    /// <param name="target">Gets the values.</param>
    /// <param name="values">Disposed; null: nothing is done.</param>
    public ValueSwap(Tensor target, Tensor? values)
    {
        _target = target;
        if (values is null)
            return;
        using var inference = no_grad();
        _before = target.clone().DetachFromDisposeScope();
        using (values)
            target.copy_(values);
    }

    public void Dispose()
    {
        if (_before is null)
            return;
        using var inference = no_grad();
        using (_before)
            _target.copy_(_before);
    }
}
