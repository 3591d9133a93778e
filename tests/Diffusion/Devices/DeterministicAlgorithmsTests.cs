using Slipway.Diffusion.Devices;
using Xunit;

namespace Slipway.Diffusion.Tests.Devices;

/// <summary>The switches are libtorch's own, so that its build for processors has them too.</summary>
public sealed class DeterministicAlgorithmsTests : IDisposable
{
    private readonly AtenContext _context = AtenContext.Load();
    private readonly bool _before = DeterministicAlgorithms.AreUsed;

    public void Dispose() => DeterministicAlgorithms.Use(_before);

    [Fact]
    public void Are_not_used_where_nobody_asks() => Assert.False(_before);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Libtorch_says_what_was_asked_of_it(bool on)
    {
        DeterministicAlgorithms.Use(!on);
        DeterministicAlgorithms.Use(on);
        Assert.Equal(on, DeterministicAlgorithms.AreUsed);
        Assert.Equal(on, _context.Get(AtenContext.Flag.DeterministicCuDnn));
        Assert.False(_context.Get(AtenContext.Flag.BenchmarkCuDnn));
        Assert.False(_context.Get(AtenContext.Flag.FillUninitializedMemory));
    }

    /// <summary>Of cuBLAS' buffers, as its own library will read it.</summary>
    [Fact]
    public void The_native_environment_is_told_what_cublas_is_to_use()
    {
        Assert.SkipWhen(Environment.GetEnvironmentVariable(DeterministicAlgorithms.Workspace) is not null, "Somebody has chosen already.");
        DeterministicAlgorithms.Use(true);
        Assert.Equal(":4096:8", NativeEnvironment.Get(DeterministicAlgorithms.Workspace));
    }
}
