using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace Slipway.Diffusion.Tests;

/// <summary>
/// One thread for libtorch: the models are too small to gain from more, and on a busy machine OpenMP's waiting threads
/// take the cores from those that work.
/// </summary>
internal static class SingleThread
{
#pragma warning disable CA2255 // A test project has no Main of its own to do this in.
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void Set() => set_num_threads(1);
}
