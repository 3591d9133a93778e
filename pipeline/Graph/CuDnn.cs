using System.Runtime.InteropServices;

namespace Slipway.Pipeline.Graph;

/// <summary>NVIDIA's library of convolutions, which comes with libtorch's build for cards: asked for its version without libtorch.</summary>
internal static unsafe class CuDnn
{
    private static readonly string[] Names = OperatingSystem.IsWindows() ? ["cudnn64_9.dll", "cudnn64_8.dll"] : ["libcudnn.so.9", "libcudnn.so.8"];

    /// <summary>Such as <c>91002</c> for 9.10.2; <c>none found</c> in a build for processors.</summary>
    public static string Version => Path is { } path && NativeLibrary.TryLoad(path, out var library) && NativeLibrary.TryGetExport(library, "cudnnGetVersion", out var version)
        ? $"{((delegate* unmanaged<nuint>)version)()}"
        : "none found";

    private static string? Path => Names.SelectMany(name => Folders.Select(folder => System.IO.Path.Combine(folder, name))).FirstOrDefault(File.Exists);

    private static string[] Folders => $"{AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES")}".Split(System.IO.Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
}
