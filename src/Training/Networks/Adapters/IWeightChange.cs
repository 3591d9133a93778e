using static TorchSharp.torch;

namespace Slipway.Training.Networks.Adapters;

/// <summary>How a branch's trained tensors make a change of its layer's weight: ΔW = alpha/rank · product.</summary>
internal interface IWeightChange
{
    /// <summary>What alpha is divided by; 0 where nothing is decomposed, and ΔW is the product whatever alpha says.</summary>
    int Rank { get; }

    /// <summary>The trained tensors. The product is linear in each of them.</summary>
    IReadOnlyList<AdapterParameter> Parameters { get; }

    /// <summary>The product in the weight's shape, float32; gradients flow through it.</summary>
    Tensor Product();

    /// <summary>What the layer would give with the product as its weight and no bias, in the input's precision.</summary>
    /// <param name="input">The layer's input.</param>
    /// <param name="dropout">What is left out of it; null: nothing.</param>
    Tensor Branch(Tensor input, BranchDropout? dropout);
}
