using Slipway.Engine.Execution;

namespace Slipway.Diffusion.Devices;

/// <summary>
/// The libraries with which libtorch computes on the processor. On one that hides its caches (<see cref="ProcessorFacts.HidesCaches"/>) oneDNN is wrong, and
/// NNPACK does not begin and says so at every convolution: both are left out there, for the whole process, and libtorch's own loops and MKL's products are used.
/// </summary>
public static class ProcessorLibraries
{
    private static readonly Lazy<bool> Chosen = new(Choose);

    /// <summary>Chooses once; to be called before anything is computed on the processor.</summary>
    /// <exception cref="EntryPointNotFoundException">This libtorch does not have the switches, and this processor needs them.</exception>
    public static void Require() => _ = Chosen.Value;

    private static bool Choose()
    {
        if (!ProcessorFacts.Read().HidesCaches)
            return false;
        var context = AtenContext.Load();
        context.Set(AtenContext.Flag.OneDnn, false);
        context.Set(AtenContext.Flag.NnPack, false);
        return true;
    }
}
