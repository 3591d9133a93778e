using System.Runtime.InteropServices;

namespace Slipway.Diffusion.Devices;

/// <summary>
/// The environment as native libraries read it: .NET keeps a copy of its own on Unix, and Windows' C library one of its own too, so that
/// <see cref="Environment.SetEnvironmentVariable(string, string?)"/> reaches neither.
/// </summary>
internal static partial class NativeEnvironment
{
    public static void Set(string name, string value)
    {
        if ((OperatingSystem.IsWindows() ? PutWindows(name, value) : SetUnix(name, value, overwrite: 1)) != 0)
            throw new InvalidOperationException($"The environment's variable {name} cannot be set.");
    }

    public static string? Get(string name) => Marshal.PtrToStringUTF8(OperatingSystem.IsWindows() ? GetWindows(name) : GetUnix(name));

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetUnix(string name, string value, int overwrite);

    [LibraryImport("libc", EntryPoint = "getenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint GetUnix(string name);

    [LibraryImport("ucrtbase", EntryPoint = "_putenv_s", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int PutWindows(string name, string value);

    [LibraryImport("ucrtbase", EntryPoint = "getenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint GetWindows(string name);
}
