using Slipway.Diffusion.Modules;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Slipway.Diffusion.Vae;

/// <summary>Picture → mean and log-variance of its latents. Keys are those of diffusers' <c>Encoder</c>.</summary>
public sealed class Encoder : Module<Tensor, Tensor>
{
    [ComponentName(Name = "conv_in")] private readonly ConvolutionLayer _convIn;
    [ComponentName(Name = "down_blocks")] private readonly ModuleList<Level> _levels;
    [ComponentName(Name = "mid_block")] private readonly VaeMidBlock _mid;
    [ComponentName(Name = "conv_norm_out")] private readonly GroupNorm _normOut;
    [ComponentName(Name = "conv_out")] private readonly ConvolutionLayer _convOut;

    /// <param name="sizes">Sizes of the autoencoder.</param>
    public Encoder(VaeConfiguration sizes)
        : base(nameof(Encoder))
    {
        var channels = sizes.BlockOutChannels;
        _convIn = Layers.Conv2d(sizes.InChannels, channels[0], 3, padding: 1);
        _levels = new ModuleList<Level>([.. Enumerable.Range(0, channels.Count).Select(i => new Level(sizes, i))]);
        _mid = new VaeMidBlock(channels[^1], sizes.NormNumGroups);
        _normOut = Layers.GroupNorm(sizes.NormNumGroups, channels[^1], 1e-6);
        _convOut = Layers.Conv2d(channels[^1], sizes.LatentChannels * 2, 3, padding: 1);
        RegisterComponents();
    }

    /// <param name="input">[B, 3, H, W] in [−1, 1].</param>
    /// <returns>[B, 8, H/f, W/f].</returns>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var hidden = _convIn.call(input);
        foreach (var level in _levels)
            hidden = hidden.Into(level.call);

        hidden = hidden.Into(_mid.call);
        return hidden.Into(_normOut.Activated).Into(_convOut.call).MoveToOuterDisposeScope();
    }

    private sealed class Level : Module<Tensor, Tensor>
    {
        [ComponentName(Name = "resnets")] private readonly ModuleList<ResnetBlock> _resnets;
        [ComponentName(Name = "downsamplers")] private readonly ModuleList<Downsample2D>? _downsamplers;

        public Level(VaeConfiguration sizes, int level)
            : base(nameof(Level))
        {
            var channels = sizes.BlockOutChannels[level];
            var before = sizes.BlockOutChannels[Math.Max(0, level - 1)];
            _resnets = new ModuleList<ResnetBlock>([.. Enumerable.Range(0, sizes.LayersPerBlock).Select(
                i => new ResnetBlock(i == 0 ? before : channels, channels, null, sizes.NormNumGroups, 1e-6))]);
            _downsamplers = level < sizes.BlockOutChannels.Count - 1
                ? new ModuleList<Downsample2D>(new Downsample2D(channels, asymmetric: true))
                : null;
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            var hidden = _resnets[0].call(input, null);
            foreach (var resnet in _resnets.Skip(1))
                hidden = hidden.Into(map => resnet.call(map, null));

            hidden = _downsamplers is null ? hidden : hidden.Into(_downsamplers[0].call);
            return hidden.MoveToOuterDisposeScope();
        }
    }
}
