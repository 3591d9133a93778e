using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Slipway.Diffusion.Modules;

/// <summary>
/// Inner results are freed as soon as the next layer has taken them; where gradients are on, the graph keeps what the backward
/// pass needs. Until the end of a scope a residual block at a picture's full size would hold nine maps instead of four.
/// </summary>
internal static class Handover
{
    /// <summary>Runs a layer on a tensor that nothing else needs, and frees it.</summary>
    public static Tensor Into(this Tensor tensor, Func<Tensor, Tensor> layer)
    {
        using (tensor)
            return layer(tensor);
    }

    /// <summary>SiLU of the normalised input, in the normalised map's own memory where no backward pass needs that.</summary>
    public static Tensor Activated(this GroupNorm norm, Tensor input)
    {
        var normed = norm.call(input);
        return normed.requires_grad ? normed.Into(map => functional.silu(map)) : normed.silu_();
    }
}
