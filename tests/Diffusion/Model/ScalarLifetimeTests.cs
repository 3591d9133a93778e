using System.Runtime.CompilerServices;
using TorchSharp;
using Xunit;

namespace Slipway.Diffusion.Tests.Model;

/// <summary>TorchSharp's assembly is the mended one (src/Native/ScalarMend.cs): what a native call may still read is not freed.</summary>
public sealed class ScalarLifetimeTests
{
    [Fact]
    public void A_scalar_that_nobody_refers_to_outlives_a_collection()
    {
        var made = Make();

        Collect();

        Assert.True(made.IsAlive);
    }

    [Fact]
    public void It_goes_when_its_thread_has_made_many_more()
    {
        var made = Make();
        for (var i = 0; i < 100; i++)
            Make();

        Collect();

        Assert.False(made.IsAlive);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference Make()
    {
        Scalar scalar = 1.5;
        return new WeakReference(scalar);
    }

    private static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
    }
}
