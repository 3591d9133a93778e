using Slipway.Diffusion.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Slipway.Diffusion.UNets;

/// <summary>Two linear layers with a SiLU between, over a sinusoidal (or pooled text) embedding.</summary>
public sealed class TimestepEmbedding : Module<Tensor, Tensor>
{
    [ComponentName(Name = "linear_1")] private readonly LinearLayer _linear1;
    [ComponentName(Name = "linear_2")] private readonly LinearLayer _linear2;

    /// <param name="inChannels">Channels of the embedding that comes in.</param>
    /// <param name="timeChannels">Width of the time embedding.</param>
    public TimestepEmbedding(int inChannels, int timeChannels)
        : base(nameof(TimestepEmbedding))
    {
        _linear1 = Layers.Linear(inChannels, timeChannels);
        _linear2 = Layers.Linear(timeChannels, timeChannels);
        RegisterComponents();
    }

    /// <param name="input">[B, E].</param>
    /// <returns>[B, T].</returns>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        return _linear2.call(functional.silu(_linear1.call(input))).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The sinusoidal embedding of Vaswani et al. 2017 as SDXL takes it: [cos, sin], frequencies
    /// 10000^(−i/half) for i &lt; half.
    /// </summary>
    /// <param name="values">[N], in any unit (timesteps 0–999, pixels).</param>
    /// <param name="channels">Even.</param>
    /// <returns>[N, channels] in f32, on the device of <paramref name="values"/>.</returns>
    public static Tensor Sinusoid(Tensor values, int channels)
    {
        using var scope = NewDisposeScope();
        var frequencies = tensor(SinusoidFrequencies.Compute(channels / 2), device: values.device);
        var angles = values.to(ScalarType.Float32).unsqueeze(-1) * frequencies;
        return cat([angles.cos(), angles.sin()], -1).MoveToOuterDisposeScope();
    }
}
