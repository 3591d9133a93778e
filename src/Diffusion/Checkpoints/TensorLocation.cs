using Slipway.Diffusion.Files;
using static TorchSharp.torch;

namespace Slipway.Diffusion.Checkpoints;

/// <summary>How a checkpoint stores a tensor, seen from the module that it belongs to.</summary>
public enum TensorForm
{
    /// <summary>The tensor lies as the module has it.</summary>
    Same,

    /// <summary>A matrix [in, out] for a linear layer's [out, in].</summary>
    Transposed,

    /// <summary>A 1×1 convolution's [out, in, 1, 1] for a linear layer's [out, in].</summary>
    Pointwise,

    /// <summary>The first third of the rows: the query of a packed projection.</summary>
    FirstThird,

    /// <summary>The second third of the rows: its key.</summary>
    SecondThird,

    /// <summary>The last third of the rows: its value.</summary>
    LastThird,
}

/// <summary>Where a checkpoint keeps one tensor of a module.</summary>
/// <param name="Name">The tensor's name in the checkpoint.</param>
/// <param name="Form">How it lies there.</param>
public sealed record TensorLocation(string Name, TensorForm Form = TensorForm.Same)
{
    private const int Thirds = 3;

    /// <summary>Which third of a packed tensor this is: 0, 1 or 2; null where it is not packed.</summary>
    public int? Third => Form >= TensorForm.FirstThird ? Form - TensorForm.FirstThird : null;

    /// <summary>The shape in the checkpoint of a tensor that has <paramref name="shape"/> in the module.</summary>
    public IReadOnlyList<long> StoredShape(IReadOnlyList<long> shape) => Form switch
    {
        TensorForm.Same => shape,
        TensorForm.Transposed => [.. shape.Reverse()],
        TensorForm.Pointwise => [.. shape, 1, 1],
        _ => [shape[0] * Thirds, .. shape.Skip(1)],
    };

    /// <summary>Reads the tensor in the module's form and the element type asked for.</summary>
    internal Tensor Read(ITensorSource source, ScalarType type)
    {
        using var scope = NewDisposeScope();
        var stored = Third is { } third ? ReadThird(source, third, type) : source.Read(Name, type);
        var formed = Form switch
        {
            TensorForm.Transposed => stored.t(),
            TensorForm.Pointwise => stored.flatten(1),
            _ => stored,
        };
        return formed.contiguous().MoveToOuterDisposeScope();
    }

    /// <summary>The module's tensor as the checkpoint stores it; of a packed one, its third. A view.</summary>
    internal Tensor Store(Tensor tensor) => Form switch
    {
        TensorForm.Transposed => tensor.t(),
        TensorForm.Pointwise => tensor.unsqueeze(-1).unsqueeze(-1),
        _ => tensor.alias(),
    };

    /// <summary>Adds a change of the module's tensor to the tensor of the checkpoint that holds it, in place.</summary>
    internal void Add(Tensor stored, Tensor change)
    {
        using var scope = NewDisposeScope();
        var rows = stored.shape.Length == 0 ? 0 : stored.shape[0] / Thirds;
        (Third is { } third ? stored.narrow(0, third * rows, rows) : stored.alias()).add_(Store(change));
    }

    private Tensor ReadThird(ITensorSource source, int third, ScalarType type)
    {
        var rows = source.Tensors[Name].Shape[0] / Thirds;
        return source.ReadRows(Name, third * rows, rows, type);
    }
}
