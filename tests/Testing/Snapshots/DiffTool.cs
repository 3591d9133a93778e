using DiffEngine;

namespace Slipway.Testing.Snapshots;

/// <summary>Shows a difference in the diff tool that DiffEngine finds.</summary>
internal static class DiffTool
{
    /// <summary>Does nothing on a build server, without a screen, or where <c>DiffEngine_Disabled</c> is set.</summary>
    public static void Open(SnapshotName name)
    {
        if (!BuildServerDetector.Detected && !DiffRunner.Disabled && HasScreen)
        {
            DiffRunner.Launch(name.ReceivedPath, name.VerifiedPath);
        }
    }

    private static bool HasScreen =>
        !OperatingSystem.IsLinux()
        || Environment.GetEnvironmentVariable("DISPLAY") is { Length: > 0 }
        || Environment.GetEnvironmentVariable("WAYLAND_DISPLAY") is { Length: > 0 };
}
