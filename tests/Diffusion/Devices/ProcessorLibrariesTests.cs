using Slipway.Diffusion.Devices;
using Slipway.Engine.Execution;
using Xunit;
using static TorchSharp.torch;

namespace Slipway.Diffusion.Tests.Devices;

public sealed class ProcessorLibrariesTests
{
    [Fact]
    public void OneDnn_and_NNPACK_are_left_out_exactly_where_the_processor_hides_its_caches()
    {
        ProcessorLibraries.Require();

        var context = AtenContext.Load();
        Assert.All([AtenContext.Flag.OneDnn, AtenContext.Flag.NnPack], library => Assert.Equal(!ProcessorFacts.Read().HidesCaches, context.Get(library)));
    }

    /// <summary>
    /// Against 64 bits, which no library but libtorch itself computes. With oneDNN on a processor that hides its caches, one result or another of each of
    /// these is off by 0.4 to 1.1 of its greatest value: channels that fill no block of 8, few of them, few rows.
    /// </summary>
    [Theory]
    [InlineData(2, 20, 640, 4, 64, 1)]
    [InlineData(4, 20, 320, 64, 8, 1)]
    [InlineData(4, 20, 3, 5, 5, 2)]
    [InlineData(3, 64, 3, 2, 128, 1)]
    [InlineData(4, 1280, 4, 2, 16, 1)]
    public void A_convolution_and_its_gradients_are_right_on_this_processor(int batch, int from, int to, int height, int width, int stride)
    {
        ProcessorLibraries.Require();
        using var scope = NewDisposeScope();
        var generator = new Generator(1);
        var map = randn([batch, from, height, width], generator: generator);
        var kernel = randn([to, from, 3, 3], generator: generator);

        var exact = Results(map.@double(), kernel.@double());

        // The sums have at most 11,520 terms; a rounding is 6e-8 of a term.
        Assert.All(exact.Zip(Results(map, kernel)), pair => Assert.InRange(((pair.Second - pair.First).abs().max() / pair.First.abs().max()).item<double>(), 0, 5e-6));

        Tensor[] Results(Tensor input, Tensor weight)
        {
            using var kept = NewDisposeScope();
            var (leaf, factor) = (input.detach().requires_grad_(), weight.detach().requires_grad_());
            var result = nn.functional.conv2d(leaf, factor, null, [stride, stride], [1, 1]);
            result.backward([arange(result.numel(), dtype: result.dtype).remainder(7).view(result.shape)]);
            return [.. ((Tensor[])[result.detach(), leaf.grad!, factor.grad!]).Select(one => one.to(ScalarType.Float64).MoveToOuterDisposeScope())];
        }
    }
}
