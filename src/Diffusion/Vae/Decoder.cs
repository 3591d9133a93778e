using Slipway.Diffusion.Modules;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Slipway.Diffusion.Vae;

/// <summary>Latents → picture. Keys are those of diffusers' <c>Decoder</c>.</summary>
public sealed class Decoder : Module<Tensor, Tensor>
{
    [ComponentName(Name = "conv_in")] private readonly ConvolutionLayer _convIn;
    [ComponentName(Name = "mid_block")] private readonly VaeMidBlock _mid;
    [ComponentName(Name = "up_blocks")] private readonly ModuleList<Level> _levels;
    [ComponentName(Name = "conv_norm_out")] private readonly GroupNorm _normOut;
    [ComponentName(Name = "conv_out")] private readonly ConvolutionLayer _convOut;

    /// <param name="sizes">Sizes of the autoencoder.</param>
    public Decoder(VaeConfiguration sizes)
        : base(nameof(Decoder))
    {
        var channels = sizes.BlockOutChannels;
        _convIn = Layers.Conv2d(sizes.LatentChannels, channels[^1], 3, padding: 1);
        _mid = new VaeMidBlock(channels[^1], sizes.NormNumGroups);
        _levels = new ModuleList<Level>(
            [.. Enumerable.Range(0, channels.Count).Reverse().Select(i => new Level(sizes, i))]);
        _normOut = Layers.GroupNorm(sizes.NormNumGroups, channels[0], 1e-6);
        _convOut = Layers.Conv2d(channels[0], sizes.InChannels, 3, padding: 1);
        RegisterComponents();
    }

    /// <param name="input">[B, 4, h, w].</param>
    /// <returns>[B, 3, f·h, f·w], about [−1, 1].</returns>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var hidden = _convIn.call(input).Into(_mid.call);
        foreach (var level in _levels)
            hidden = level.Take(hidden);

        return Last(hidden).MoveToOuterDisposeScope();
    }

    private Tensor Last(Tensor hidden) => Strips.Apply(hidden.shape[1], hidden.shape[2], hidden.shape[3], hidden)
        ? hidden.Into(map => Strips.Convolve(map, _normOut, _convOut))
        : hidden.Into(_normOut.Activated).Into(_convOut.call);

    private sealed class Level : Module<Tensor, Tensor>
    {
        [ComponentName(Name = "resnets")] private readonly ModuleList<ResnetBlock> _resnets;
        [ComponentName(Name = "upsamplers")] private readonly ModuleList<Upsample2D>? _upsamplers;

        public Level(VaeConfiguration sizes, int level)
            : base(nameof(Level))
        {
            var channels = sizes.BlockOutChannels[level];
            var below = sizes.BlockOutChannels[Math.Min(level + 1, sizes.BlockOutChannels.Count - 1)];
            _resnets = new ModuleList<ResnetBlock>([.. Enumerable.Range(0, sizes.LayersPerBlock + 1).Select(
                i => new ResnetBlock(i == 0 ? below : channels, channels, null, sizes.NormNumGroups, 1e-6) { InStrips = true })]);
            _upsamplers = level > 0 ? new ModuleList<Upsample2D>(new Upsample2D(channels) { InStrips = true }) : null;
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => Take(input.alias());

        /// <summary>As <c>forward</c>, of a map that nothing else needs: it is freed as soon as the first block has it.</summary>
        public Tensor Take(Tensor input)
        {
            using var scope = NewDisposeScope();
            var hidden = input.Into(map => _resnets[0].call(map, null));
            foreach (var resnet in _resnets.Skip(1))
                hidden = hidden.Into(map => resnet.call(map, null));

            hidden = _upsamplers is null ? hidden : hidden.Into(_upsamplers[0].call);
            return hidden.MoveToOuterDisposeScope();
        }
    }
}
