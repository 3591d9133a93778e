namespace Slipway.Diffusion.Devices;

/// <summary>
/// libtorch's switches for algorithms that give the same bits each time, of which there are others on cards: <c>at::Context</c>'s, by the
/// exported names of its members, as TorchSharp's <c>use_deterministic_algorithms</c> only throws. They are the whole process's. What has no such
/// algorithm fails with a line that names it.
/// </summary>
public static class DeterministicAlgorithms
{
    /// <summary>Read by cuBLAS when it begins: buffers that are the same each time.</summary>
    internal const string Workspace = "CUBLAS_WORKSPACE_CONFIG";

    private const string FixedBuffers = ":4096:8";

    private static readonly Lazy<AtenContext> Context = new(AtenContext.Load);

    /// <summary>Whether they are used.</summary>
    public static bool AreUsed => Context.Value.Get(AtenContext.Flag.DeterministicAlgorithms);

    /// <summary>Uses them from now on, or whatever is fastest. To be called before anything is computed on a card.</summary>
    /// <exception cref="EntryPointNotFoundException">This libtorch does not have the switches.</exception>
    public static void Use(bool on)
    {
        if (on && string.IsNullOrWhiteSpace(Environment.GetEnvironmentVariable(Workspace)))
            NativeEnvironment.Set(Workspace, FixedBuffers);
        Context.Value.Set(AtenContext.Flag.DeterministicAlgorithms, on);
        Context.Value.Set(AtenContext.Flag.DeterministicCuDnn, on);
        // Which convolution is fastest would be tried out anew by every process, and is not always the same.
        Context.Value.Set(AtenContext.Flag.BenchmarkCuDnn, false);
        // Nothing here reads memory that nothing was written to; filling it would be one more operation for each.
        Context.Value.Set(AtenContext.Flag.FillUninitializedMemory, false);
    }
}
