using static TorchSharp.torch;

namespace Slipway.Training.Networks.Adapters;

/// <summary>Tucker's decomposition of a convolution's weight (FedPara, Hyeon-Woo et al. 2022): a core with the kernel between two matrices.</summary>
internal static class TuckerProduct
{
    /// <param name="core">[rank, rank, k, k], the outputs' side first.</param>
    /// <param name="outputs">[rank, out].</param>
    /// <param name="inputs">[rank, in].</param>
    /// <returns>[out, in, k, k].</returns>
    public static Tensor Of(Tensor core, Tensor outputs, Tensor inputs) => einsum("abkl,ao,bi->oikl", core, outputs, inputs);
}
