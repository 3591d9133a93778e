using TorchSharp;

namespace Slipway.Diffusion.Devices;

/// <summary>
/// Whether cards multiply f32 in TF32, with ten bits of significand instead of 23: in cuDNN's convolutions, and not in cuBLAS' products, as PyTorch does by
/// default and sd-scripts with it. Said and not left to libtorch, whose default may change. Where weights are in 16 bits it is of the autoencoder alone.
/// </summary>
public static class TensorFloat32
{
    /// <summary>Where it is used, in a word: a fact of what cards compute.</summary>
    public const string Uses = "convolutions";

    /// <summary>Says it to libtorch, for the whole process.</summary>
    public static void Use() => (torch.backends.cudnn.allow_tf32, torch.backends.cuda.matmul.allow_tf32) = (true, false);
}
