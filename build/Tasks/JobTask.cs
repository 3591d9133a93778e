using Cake.Frosting;
using Slipway.Build.Context;
using Slipway.Pipeline.Runs;

namespace Slipway.Build.Tasks;

/// <summary>Does one job by its key, or from its JSON: what another process needs of a run.</summary>
[TaskName("Job")]
[TaskDescription("Does one job, by its --key in the cache or from its JSON (--from).")]
public sealed class JobTask : SlipwayTask
{
    /// <summary>The options that are read here.</summary>
    internal static IReadOnlyList<string> OptionNames { get; } = ["key", "from", "shard", "probe"];

    /// <inheritdoc/>
    protected override async Task WorkAsync(BuildContext context)
    {
        if (context.Option("probe") is { } probe)
        {
            ClusterRun.Answer(Path.GetFullPath(probe, context.Folder));
            return;
        }

        if (context.Option("shard") is { } shard)
        {
            await Task.Run(() => ClusterRun.DoShardAsync(context.Root, Path.GetFullPath(shard, context.Folder), context.Progress, context.Cancel), context.Cancel);
            return;
        }

        if (context.Option("key") is null == context.Option("from") is null)
            throw new ArgumentException("--target=Job needs --key=SHA256 of a job that the cache knows, or --from=FILE with its JSON.");
        var files = await Task.Run(() => JobRun.RunAsync(context.Root, context.Option("key"), context.Option("from") is { } file ? Path.GetFullPath(file, context.Folder) : null, context.Progress, context.Cancel), context.Cancel);
        foreach (var file in files)
            context.Progress.Line(file);
    }
}
