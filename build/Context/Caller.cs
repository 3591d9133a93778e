using Slipway.Pipeline.Plans;

namespace Slipway.Build.Context;

/// <summary>Where the user stands, and which plan is meant.</summary>
/// <param name="Folder">Full path: what paths of options are relative to.</param>
/// <param name="CloneFolder">The clone whose script was called; null where the program itself was started.</param>
public sealed record Caller(string Folder, string? CloneFolder)
{
    /// <summary>In this variable the script tells the clone that it belongs to.</summary>
    public const string CloneVariable = "SLIPWAY_CLONE";

    /// <summary>Of this process. What it starts is not called by the script: it does not inherit the variable.</summary>
    public static Caller Here()
    {
        var clone = Environment.GetEnvironmentVariable(CloneVariable);
        Environment.SetEnvironmentVariable(CloneVariable, null);
        return new Caller(Directory.GetCurrentDirectory(), string.IsNullOrEmpty(clone) ? null : clone);
    }

    /// <summary>The plan that <c>--config</c> names; without it the main plan where the user stands, else that of the clone.</summary>
    public string PlanFile(string? config)
    {
        var here = Path.Combine(Folder, PlanPaths.DefaultName);
        return config is not null ? Path.GetFullPath(config, Folder)
            : CloneFolder is null || File.Exists(here) ? here
            : Path.Combine(CloneFolder, PlanPaths.DefaultName);
    }
}
