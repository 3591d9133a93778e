using Slipway.Diffusion.Files;

namespace Slipway.Build.Benches.Device;

/// <summary>Numbers of the reference programs, where they lie: among the tests of a clone. A packed folder has none.</summary>
internal static class GoldenNumbers
{
    /// <summary>Full path of one of the files.</summary>
    /// <param name="root">The clone.</param>
    /// <param name="tests">The test project that has it.</param>
    /// <param name="path">Below its <c>golden/</c>.</param>
    /// <exception cref="NotMeasuredException">It is not there.</exception>
    public static string PathOf(string root, string tests, params string[] path)
    {
        var full = Path.Combine([root, "tests", tests, "golden", .. path]);
        return File.Exists(full) ? full : throw new NotMeasuredException($"The reference's numbers lie in a clone, and there is no {Path.GetRelativePath(root, full)} here.");
    }

    /// <summary>Opens one.</summary>
    /// <inheritdoc cref="PathOf"/>
    public static SafetensorsFile Open(string root, string tests, params string[] path) => SafetensorsFile.Open(PathOf(root, tests, path));
}
