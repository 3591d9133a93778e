using static TorchSharp.torch;

namespace Slipway.Diffusion.Model;

/// <summary>
/// The weights of a loaded model where it was loaded from, to be read again one at a time: who changes a weight for a while keeps no copy of
/// it. The files stay open as long as the model lives, so that a checkpoint that somebody replaces meanwhile changes nothing.
/// </summary>
public interface IStoredWeights : IDisposable
{
    /// <summary>Reads a tensor to the CPU: the very bits that loading in that element type gave.</summary>
    /// <param name="path">The part and the module's path within it, with the tensor's name: <c>unet.conv_in.weight</c>.</param>
    /// <param name="type">The element type to give it.</param>
    /// <exception cref="InvalidDataException">The file has shrunk since it was opened.</exception>
    Tensor Read(string path, ScalarType type);

    /// <summary>
    /// Modules, by part and path, whose weights are not the files' at the moment: a LoRA is in them. With each, what makes its weight what it is again after it
    /// was read from the files; null: nothing can.
    /// </summary>
    IDictionary<string, Action?> Changed { get; }
}
