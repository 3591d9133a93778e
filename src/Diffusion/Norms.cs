using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Slipway.Diffusion;

/// <summary>
/// Normalisations with PyTorch's initial weights (one) and biases (zero). TorchSharp 0.107 leaves a
/// <c>GroupNorm</c>'s memory as it found it.
/// </summary>
internal static class Norms
{
    public static GroupNorm Group(int groups, int channels, double eps)
    {
        var norm = nn.GroupNorm(groups, channels, eps);
        nn.init.ones_(norm.weight);
        nn.init.zeros_(norm.bias);
        return norm;
    }

    public static LayerNorm Layer(int channels)
    {
        var norm = nn.LayerNorm(channels);
        nn.init.ones_(norm.weight);
        nn.init.zeros_(norm.bias);
        return norm;
    }
}
