using DiffEngine;

namespace Slipway.Build.Display;

/// <summary>Shows what differs in the diff tool that DiffEngine finds, where a person sits.</summary>
internal static class DiffTool
{
    /// <summary>
    /// Opens it for some pairs; DiffEngine itself opens five at the most. Does nothing on a build server, without a screen, where the output
    /// is no terminal, or where <c>DiffEngine_Disabled</c> is set.
    /// </summary>
    /// <param name="pairs">What was received and what was accepted, as full paths.</param>
    /// <returns>The kinds of files, as <c>.png</c>, that no tool here shows.</returns>
    public static IReadOnlyList<string> Open(IEnumerable<(string Received, string Verified)> pairs)
    {
        if (!HasPerson)
            return [];

        return [.. pairs.Where(pair => DiffRunner.Launch(pair.Received, pair.Verified) == LaunchResult.NoDiffToolFound).Select(pair => Path.GetExtension(pair.Received)).Distinct(StringComparer.Ordinal)];
    }

    private static bool HasPerson => !Console.IsOutputRedirected && HasScreen && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("CI")) && !BuildServerDetector.Detected && !DiffRunner.Disabled;

    private static bool HasScreen =>
        !OperatingSystem.IsLinux()
        || Environment.GetEnvironmentVariable("DISPLAY") is { Length: > 0 }
        || Environment.GetEnvironmentVariable("WAYLAND_DISPLAY") is { Length: > 0 };
}
