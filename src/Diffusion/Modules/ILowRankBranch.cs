using static TorchSharp.torch;

namespace Slipway.Diffusion.Modules;

/// <summary>A branch that is hooked onto a linear layer, and may be computed together with it instead.</summary>
public interface ILowRankBranch
{
    /// <summary>What it adds now to what the layer gives in an element type; null: it is computed by its hook alone.</summary>
    LowRankTerms? Terms(ScalarType type);
}
