using Slipway.Engine.Caching;
using Slipway.Engine.Options;

namespace Slipway.Pipeline.Plans;

/// <summary>What lies beside a plan: its folder is the workspace.</summary>
public static class PlanPaths
{
    /// <summary>Name of the main plan of a folder.</summary>
    public const string DefaultName = "lora.pipeline.yaml";

    private const string ArtifactsName = "artifacts";
    private const string SnapshotsName = "snapshots";
    private const string Extension = ".yaml";

    /// <summary>How a folder of outputs is written: below the plan's, which is the workspace; nothing is written outside of it.</summary>
    internal static Kind<string> Artifacts { get; } = new Text { Rule = ("a folder below the plan's, such as `artifacts/cat`", IsBelow), Spelling = written => string.Join('/', Parts(written)) };

    /// <summary>How the folder of the accepted snapshots is written: below the plan's as well.</summary>
    internal static Kind<string> Snapshots { get; } = new Text { Rule = ("a folder below the plan's, such as `tests/Snapshots`", IsBelow), Spelling = written => string.Join('/', Parts(written)) };

    /// <summary>The workspace: what the plan's paths are relative to.</summary>
    /// <param name="planFile">The plan.</param>
    public static string Workspace(string planFile) => Path.GetDirectoryName(Path.GetFullPath(planFile))!;

    /// <summary>The plan's lock file: <c>lora.pipeline.lock.yaml</c> beside <c>lora.pipeline.yaml</c>.</summary>
    /// <param name="planFile">The plan.</param>
    public static string LockFile(string planFile) => Path.Combine(Workspace(planFile), $"{Stem(planFile)}.lock{Extension}");

    /// <summary>The plan among those of its folder: its name without <c>.yaml</c>.</summary>
    /// <param name="planFile">The plan.</param>
    public static string Stem(string planFile)
    {
        var name = Path.GetFileName(planFile);
        return name.Length > Extension.Length && name.EndsWith(Extension, StringComparison.OrdinalIgnoreCase) ? name[..^Extension.Length] : name;
    }

    /// <summary>The plan that <see cref="Stem"/> names; null where it is there no longer.</summary>
    /// <param name="workspace">Its folder.</param>
    /// <param name="stem">Its name without <c>.yaml</c>.</param>
    public static string? FileOf(string workspace, string stem) =>
        new[] { stem + Extension, stem }.Select(name => Path.Combine(workspace, name)).FirstOrDefault(File.Exists);

    /// <summary>Where the outputs of a plan go that does not say it: <c>artifacts</c>, and <c>artifacts/cat</c> for <c>cat.yaml</c>.</summary>
    /// <param name="planFile">The plan.</param>
    public static string DefaultArtifacts(string planFile) => Path.GetFileName(planFile) == DefaultName ? ArtifactsName : $"{ArtifactsName}/{Stem(planFile)}";

    /// <summary>Where the accepted snapshots of a plan lie that does not say it: <c>snapshots</c>, and <c>snapshots/cat</c> for <c>cat.yaml</c>.</summary>
    /// <param name="planFile">The plan.</param>
    public static string DefaultSnapshots(string planFile) => Path.GetFileName(planFile) == DefaultName ? SnapshotsName : $"{SnapshotsName}/{Stem(planFile)}";

    private static string[] Parts(string written) => written.Replace('\\', '/').Split('/', StringSplitOptions.RemoveEmptyEntries);

    private static bool IsBelow(string written) =>
        !(Path.IsPathRooted(written) || written.Contains(':') || written.Any(char.IsControl))
        && Parts(written) is { Length: > 0 } parts
        && !parts.Any(part => part is "." or ".." || part[^1] is '.' or ' ' || part.Equals(Cache.FolderName, StringComparison.OrdinalIgnoreCase));
}
