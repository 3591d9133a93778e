using Cake.Frosting;
using Slipway.Build.Context;

namespace Slipway.Build.Tasks;

/// <summary>Deletes the outputs, and keeps the cache.</summary>
[TaskName("Clean")]
[TaskDescription("Deletes the outputs, and keeps the cache.")]
public sealed class CleanTask : SlipwayTask
{
    /// <inheritdoc/>
    protected override Task WorkAsync(BuildContext context)
    {
        context.Progress.Line($"{context.Pipeline.Clean()} files deleted; the cache stays.");
        return Task.CompletedTask;
    }
}
