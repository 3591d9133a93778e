using Slipway.Diffusion.Modules;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Slipway.Diffusion.UNets;

/// <summary>
/// Transformer blocks over the positions of a feature map, with linear projections in and out (SDXL's
/// <c>use_linear_projection</c>) and a shortcut. Keys are those of diffusers' <c>Transformer2DModel</c>.
/// </summary>
public sealed class Transformer2D : Module<Tensor, Tensor, Tensor>
{
    [ComponentName(Name = "norm")] private readonly GroupNorm _norm;
    [ComponentName(Name = "proj_in")] private readonly LinearLayer _projectIn;
    [ComponentName(Name = "transformer_blocks")] private readonly ModuleList<TransformerBlock> _blocks;
    [ComponentName(Name = "proj_out")] private readonly LinearLayer _projectOut;

    /// <param name="channels">Channels of the feature map.</param>
    /// <param name="contextChannels">Channels of the text context.</param>
    /// <param name="heads">Attention heads.</param>
    /// <param name="depth">Number of transformer blocks.</param>
    /// <param name="groups">Groups of the normalisation (whose eps is 1e-6 here, unlike the residual blocks').</param>
    public Transformer2D(int channels, int contextChannels, int heads, int depth, int groups)
        : base(nameof(Transformer2D))
    {
        _norm = Layers.GroupNorm(groups, channels, 1e-6);
        _projectIn = Layers.Linear(channels, channels);
        _blocks = new ModuleList<TransformerBlock>(
            [.. Enumerable.Range(0, depth).Select(_ => new TransformerBlock(channels, contextChannels, heads))]);
        _projectOut = Layers.Linear(channels, channels);
        RegisterComponents();
    }

    /// <param name="input">[B, C, H, W].</param>
    /// <param name="context">[B, M, D].</param>
    /// <returns>[B, C, H, W].</returns>
    public override Tensor forward(Tensor input, Tensor context)
    {
        using var scope = NewDisposeScope();
        var (height, width) = (input.shape[2], input.shape[3]);
        var sequence = Projection.Of(_projectIn, _norm.call(input).flatten(2).transpose(1, 2));
        foreach (var block in _blocks)
            sequence = block.call(sequence, context);

        var map = Projection.Of(_projectOut, sequence).transpose(1, 2).unflatten(2, height, width);
        return (map + input).MoveToOuterDisposeScope();
    }
}
