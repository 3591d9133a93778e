using Slipway.Diffusion.Devices;
using Slipway.Engine.Execution;
using Xunit;

namespace Slipway.Diffusion.Tests.Devices;

public sealed class ProcessorLibrariesTests
{
    /// <summary>That what remains is right, the tests of the networks' gradients say: they fail with oneDNN on a processor that hides its caches.</summary>
    [Fact]
    public void OneDnn_and_NNPACK_are_left_out_exactly_where_the_processor_hides_its_caches()
    {
        ProcessorLibraries.Require();

        var context = AtenContext.Load();
        Assert.All([AtenContext.Flag.OneDnn, AtenContext.Flag.NnPack], library => Assert.Equal(!ProcessorFacts.Read().HidesCaches, context.Get(library)));
    }
}
