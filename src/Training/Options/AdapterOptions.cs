namespace Slipway.Training.Options;

/// <summary>What the branches of a network are made of, under LyCORIS' names.</summary>
public sealed record AdapterOptions
{
    /// <summary><c>network_algo</c> (<c>algo</c> there).</summary>
    public AdapterAlgorithm Algorithm { get; init; } = AdapterAlgorithm.Lora;

    /// <summary>Kernels above 1×1 lie in a core tensor of their own (Tucker's decomposition).</summary>
    public bool UseTucker { get; init; }

    /// <summary><c>dora_wd</c>: trains the weights' lengths by themselves (DoRA, Liu et al. 2024).</summary>
    public bool DoraWd { get; init; }

    /// <summary>Whether DoRA's lengths are of outputs, as in the paper, or of inputs, as in LyCORIS before 3.2.</summary>
    public bool WdOnOutput { get; init; } = true;

    /// <summary>How LoKr cuts weights.</summary>
    public KroneckerOptions Kronecker { get; init; } = new();
}
