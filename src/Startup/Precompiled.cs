using System.Runtime.CompilerServices;

namespace Slipway.Startup;

/// <summary>
/// Machine code of methods that belong to other assemblies: those of generic types that are only called through an interface or a base class, which the
/// compiler ahead of time does not see (<c>instantiations.txt</c> names them). The runtime looks here for it as soon as this assembly is loaded.
/// </summary>
public static class Precompiled
{
    /// <summary>Has this assembly loaded. To be called before anything else.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Load()
    {
    }
}
