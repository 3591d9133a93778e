namespace Slipway.Training.Options;

/// <summary>What a branch's change is made of: LyCORIS' <c>algo</c>.</summary>
public enum AdapterAlgorithm
{
    /// <summary>A low rank (Hu et al. 2021); LoCon where <see cref="LoraOptions.ConvDim"/> is given.</summary>
    Lora,

    /// <summary>An element-wise product of two low-rank matrices (Hyeon-Woo et al. 2022).</summary>
    Loha,

    /// <summary>A Kronecker product (Yeh et al. 2023).</summary>
    Lokr,
}
