using Slipway.EndToEnd.Tests;
using Slipway.Slurm;

namespace Slipway.Clusters.Tests;

/// <summary>Workspaces whose work nodes do.</summary>
internal static class ClusterWorkspaces
{
    private const string Name = "#SBATCH --job-name=slipway-";

    /// <summary>Skips a test where there is no Slurm.</summary>
    public static void Require() => Assert.SkipWhen(SlurmCluster.Lack is not null, SlurmCluster.Lack ?? "");

    /// <summary>Gives the work to nodes.</summary>
    /// <param name="workspace">Whose work.</param>
    /// <param name="kinds">What jobs of a kind ask for, in YAML.</param>
    /// <param name="all">What all of them ask for, in YAML, with a comma behind it.</param>
    public static void Queue(this Workspace workspace, string kinds = "", string all = "") =>
        workspace.Edit(("executor", "slurm"), ("slurm", $"{{ poll: 1, settle: 3, memory: 2G, {all} kinds: {{ {kinds} }} }}"));

    /// <summary>Has v01 take so many steps.</summary>
    public static void Lengthen(this Workspace workspace, int steps) => workspace.Edit(("versions.v01.max_train_steps", $"{steps}"));

    /// <summary>Waits until a node tells that so many steps of v01 are done.</summary>
    public static async Task StepAsync(this Workspace workspace, int step)
    {
        while (workspace.Step() < step)
            await Task.Delay(50, TestContext.Current.CancellationToken);
    }

    /// <summary>How many steps of v01 nodes have told to be done.</summary>
    public static int Step(this Workspace workspace) => workspace.Reports().Select(report => report.Stages.GetValueOrDefault("Train v01")?.Done ?? 0).Append(0).Max();

    /// <summary>Kinds of the jobs that were given to Slurm, in order.</summary>
    public static string[] KindsThatWereQueued(this Workspace workspace) =>
        [.. workspace.Scripts().Select(script => script.Split('\n').Single(line => line.StartsWith(Name, StringComparison.Ordinal))[Name.Length..]).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>What was given to Slurm.</summary>
    public static IEnumerable<string> Scripts(this Workspace workspace) => Directory.GetFiles(workspace[".slipway/slurm"], "script", SearchOption.AllDirectories).Select(File.ReadAllText);

    /// <summary>What Slurm's tasks of a kind have written, one behind the other.</summary>
    public static string LogsOf(this Workspace workspace, string kind) => string.Concat(
        Directory.GetFiles(workspace[".slipway/slurm"], "script", SearchOption.AllDirectories)
            .Where(script => File.ReadAllText(script).Contains($"{Name}{kind}\n", StringComparison.Ordinal))
            .SelectMany(script => Directory.GetFiles(Path.GetDirectoryName(script)!, "*.log"))
            .Select(File.ReadAllText));

    private static IEnumerable<TaskReport> Reports(this Workspace workspace) =>
        Directory.CreateDirectory(workspace[".slipway/slurm"]).EnumerateFiles("0.json", SearchOption.AllDirectories).Select(file => TaskReport.TryRead(file.FullName)).OfType<TaskReport>();
}
