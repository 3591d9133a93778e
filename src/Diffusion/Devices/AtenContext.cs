using System.Runtime.InteropServices;
using TorchSharp;

namespace Slipway.Diffusion.Devices;

/// <summary>
/// <c>at::Context</c>, libtorch's settings for the whole process, by the mangled names under which its C++ library exports the members: of the Itanium ABI on
/// Linux and macOS, of Microsoft's on Windows. A member function takes the object as its first argument in either.
/// </summary>
internal sealed unsafe class AtenContext
{
    private readonly nint _library;
    private readonly nint _context;

    private AtenContext(nint library)
    {
        _library = library;
        _context = ((delegate* unmanaged<nint>)Find("_ZN2at13globalContextEv", "?globalContext@at@@YAAEAVContext@1@XZ"))();
    }

    /// <summary>A setting that is on or off.</summary>
    public enum Flag
    {
        /// <summary>Only algorithms that give the same bits each time; where there is none, an error.</summary>
        DeterministicAlgorithms,

        /// <summary>The same of cuDNN's convolutions.</summary>
        DeterministicCuDnn,

        /// <summary>Tries cuDNN's convolutions out and takes the fastest.</summary>
        BenchmarkCuDnn,

        /// <summary>Fills new memory with NaN where <see cref="DeterministicAlgorithms"/> is on.</summary>
        FillUninitializedMemory,

        /// <summary>Convolutions, and products in bf16, by oneDNN on the processor.</summary>
        OneDnn,

        /// <summary>Convolutions by NNPACK on the processor.</summary>
        NnPack,
    }

    /// <summary>Of the libtorch that TorchSharp has loaded, or loads now.</summary>
    /// <exception cref="EntryPointNotFoundException">It does not have the settings.</exception>
    public static AtenContext Load()
    {
        torch.InitializeDeviceType(DeviceType.CPU);
        return new AtenContext(NativeLibrary.Load("torch_cpu", typeof(torch).Assembly, null));
    }

    public bool Get(Flag flag) => ((delegate* unmanaged<nint, byte>)Find($"_ZNK2at7Context{Getter(flag).Length}{Getter(flag)}Ev", $"?{Getter(flag)}@Context@at@@QEBA_NXZ"))(_context) != 0;

    public void Set(Flag flag, bool on)
    {
        var value = (byte)(on ? 1 : 0);
        if (flag == Flag.DeterministicAlgorithms)
            ((delegate* unmanaged<nint, byte, byte, void>)Find($"_ZN2at7Context{Setter(flag).Length}{Setter(flag)}Ebb", $"?{Setter(flag)}@Context@at@@QEAAX_N0@Z"))(_context, value, 0);
        else
            ((delegate* unmanaged<nint, byte, void>)Find($"_ZN2at7Context{Setter(flag).Length}{Setter(flag)}Eb", $"?{Setter(flag)}@Context@at@@QEAAX_N@Z"))(_context, value);
    }

    private static string Getter(Flag flag) => flag switch
    {
        Flag.DeterministicAlgorithms => "deterministicAlgorithms",
        Flag.DeterministicCuDnn => "deterministicCuDNN",
        Flag.BenchmarkCuDnn => "benchmarkCuDNN",
        Flag.OneDnn => "userEnabledMkldnn",
        Flag.NnPack => "userEnabledNNPACK",
        _ => "deterministicFillUninitializedMemory",
    };

    private static string Setter(Flag flag) => $"set{char.ToUpperInvariant(Getter(flag)[0])}{Getter(flag)[1..]}";

    private nint Find(string name, string windowsName)
    {
        var exported = OperatingSystem.IsWindows() ? windowsName : name;
        return NativeLibrary.TryGetExport(_library, exported, out var address)
            ? address
            : throw new EntryPointNotFoundException($"This libtorch ({torch.__version__}) has no `{exported}`, by which it is told how to compute; use the libtorch that Slipway is built with, or, where `deterministic` asks for it, set that to false.");
    }
}
