using System.Runtime.InteropServices;

namespace Slipway.Tagging.Sessions;

/// <summary>
/// ONNX Runtime from 1.29 on tells its maker of every session, and keeps a database and an identifier of the device in the user's home.
/// It is asked not to, before the first session.
/// </summary>
internal static partial class OnnxTelemetry
{
    private const string Variable = "ORT_DISABLE_TELEMETRY";

    /// <summary>For the whole process.</summary>
    public static void TurnOff()
    {
        // The variables of .NET are its own outside of Windows; native libraries see those of the C library.
        if (OperatingSystem.IsWindows())
            Environment.SetEnvironmentVariable(Variable, "1");
        else if (SetVariable(Variable, "1", overwrite: 1) != 0)
            throw new InvalidOperationException($"The variable {Variable} cannot be set; ONNX Runtime would send telemetry.");
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
