using static TorchSharp.torch;

namespace Slipway.Diffusion.Modules;

/// <summary>A convolution of maps [B, C, H, W].</summary>
public sealed class ConvolutionLayer : WeightedLayer
{
    private readonly long[] _stride;
    private readonly long[] _padding;

    /// <param name="inChannels">Channels in.</param>
    /// <param name="outChannels">Channels out.</param>
    /// <param name="kernel">Its height and width.</param>
    /// <param name="stride">In both directions.</param>
    /// <param name="padding">On all sides, of zeros.</param>
    /// <param name="hasBias">Whether there is a bias.</param>
    public ConvolutionLayer(long inChannels, long outChannels, (long Height, long Width) kernel, long stride = 1, long padding = 0, bool hasBias = true)
        : base(nameof(ConvolutionLayer), [outChannels, inChannels, kernel.Height, kernel.Width], hasBias)
    {
        Kernel = [kernel.Height, kernel.Width];
        (_stride, _padding) = ([stride, stride], [padding, padding]);
        RegisterComponents();
    }

    /// <summary>Height and width of the kernel.</summary>
    public IReadOnlyList<long> Kernel { get; }

    /// <summary>The convolution of a map with another weight [.., C, k, k], without a bias.</summary>
    /// <param name="input">[B, C, H, W].</param>
    /// <param name="weight">With this layer's kernel.</param>
    public Tensor Convolve(Tensor input, Tensor weight) => Apply(input, weight, null);

    private protected override Tensor Apply(Tensor input, Tensor weight, Tensor? bias) => nn.functional.conv2d(input, weight, bias, _stride, _padding);

    private protected override Tensor Transposed(Tensor gradient, Tensor weight, long[] shape)
    {
        // Rows and columns at the end that the stride left over.
        long[] rest = [.. Enumerable.Range(0, 2).Select(i => shape[i + 2] - (((gradient.shape[i + 2] - 1) * _stride[i]) - (2 * _padding[i]) + Kernel[i]))];
        return nn.functional.conv_transpose2d(gradient, weight, null, _stride, _padding, rest);
    }
}
