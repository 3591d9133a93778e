using Cake.Frosting;
using Slipway.Build.Context;

namespace Slipway.Build.Tasks;

/// <summary>Deletes from the cache what the last runs do not need.</summary>
[TaskName("Gc")]
[TaskDescription("Deletes from the cache what the last runs do not need.")]
public sealed class GcTask : SlipwayTask
{
    /// <inheritdoc/>
    protected override Task WorkAsync(BuildContext context)
    {
        var (files, bytes) = context.Pipeline.CollectGarbage();
        context.Progress.Line($"{files} files deleted, {bytes / 1048576.0:F1} MiB freed.");
        return Task.CompletedTask;
    }
}
