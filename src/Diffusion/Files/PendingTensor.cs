using static TorchSharp.torch;

namespace Slipway.Diffusion.Files;

/// <summary>A tensor of a file that is being written; it is made when its turn comes, so that not all need memory at once.</summary>
/// <param name="Name">The tensor's name in the file.</param>
/// <param name="Type">The tensor's element type.</param>
/// <param name="Shape">The tensor's shape.</param>
/// <param name="Make">Makes it, of that type and shape; the writer disposes it.</param>
public sealed record PendingTensor(string Name, ScalarType Type, IReadOnlyList<long> Shape, Func<Tensor> Make)
{
    /// <summary>A tensor that is there already; it stays the caller's.</summary>
    public static PendingTensor FromTensor(string name, Tensor tensor) => new(name, tensor.dtype, tensor.shape, tensor.alias);
}
