using static TorchSharp.torch;

namespace Slipway.Diffusion.Modules;

/// <summary>What a low-rank branch adds to its layer now: scale · up(down(x)), and where its gradients are added up.</summary>
/// <param name="Down">[rank, in], of the layer's element type.</param>
/// <param name="Up">[out, rank].</param>
/// <param name="Scale">What the branch is multiplied by.</param>
/// <param name="DownGradient">[rank, in]; null: nowhere, so that only a prediction can be computed.</param>
/// <param name="UpGradient">[out, rank]; null as the other.</param>
public readonly record struct LowRankTerms(Tensor Down, Tensor Up, double Scale, Tensor? DownGradient, Tensor? UpGradient);
